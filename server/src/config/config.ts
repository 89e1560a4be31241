import { LIMITS } from '@tocsin/shared';
import type { LevelWithSilent } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** What the person who runs the hub decides. Every entry is explained in `.env.example`. */
export class Config {
  /** Address to listen on. */
  readonly host: string = '127.0.0.1';
  readonly port: number = 8787;
  /** Where browsers and agents reach the hub, without a slash at the end. */
  readonly publicUrl: string = 'http://127.0.0.1:8787';
  /** Absolute path of the folder that holds everything worth a backup. */
  readonly dataDir: string = '';
  /** Left out: the hub runs a MongoDB of its own in `dataDir`. */
  readonly mongodbUri?: string;
  /** Absolute path of the `mongod` that the hub's own MongoDB shall use. */
  readonly mongodPath?: string;
  readonly logLevel: LevelWithSilent = 'info';
  /** Lines for people in place of JSON. */
  readonly logPretty: boolean = false;
  /** How many proxies stand in front of the hub; their `X-Forwarded-*` headers are believed. */
  readonly trustProxy: number = 0;
  /** Absolute path of the built PWA; left out: the one that was built beside the hub. */
  readonly pwaDir?: string;
  /** Absolute path of the agent's packages; left out: those that were built beside the hub. */
  readonly packagesDir?: string;
  readonly jwtTtlSeconds: number = 900;
  readonly refreshTtlDays: number = 30;
  /** How often received frames are made durable and acknowledged, in ms. */
  readonly journalIntervalMs: number = 500;
  /** Frames that one host may post in batches, per second over a long time. */
  readonly dataFramesPerSecond: number = LIMITS.backlogPerSecond;
  /** Whether channels may be at addresses that are not on the internet. */
  readonly privateNetworks: boolean = false;
  /** How long a channel may take to answer, in ms. */
  readonly channelTimeoutMs: number = 10_000;
  /** Telegram's Bot API, without a slash at the end; another one where people run their own. */
  readonly telegramApi: string = 'https://api.telegram.org';
  /** Key pair of Web Push, base64url; left out: made once and kept in `dataDir`. */
  readonly vapidPublicKey?: string;
  readonly vapidPrivateKey?: string;
  /** `mailto:` or https address by which a push service reaches whoever runs the hub. */
  readonly pushContact?: string;
  /** Origins of push services beside those of the browsers' vendors. */
  readonly pushServices: readonly string[] = [];
  /** Where to leave a key for an agent on this machine. */
  readonly localAgentKeyFile?: string;
  /** Where to leave a key for a simulated host. */
  readonly demoKeyFile?: string;

  constructor(settings: Partial<Config> & Pick<Config, 'dataDir'>) {
    Object.assign(this, settings);
  }
}
