import { resolve } from 'node:path';
import { Config, LOG_LEVELS } from './config.js';
import { Environment } from './environment.js';

const DAY_S = 86_400;

/** @throws ConfigError naming the variable and what it should look like. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const from = new Environment(env);
  const host = from.text('HOST') ?? '127.0.0.1';
  const port = from.wholeNumber('PORT', { min: 1, max: 65_535 }) ?? 8787;
  return new Config(
    withoutUndefined({
      host,
      port,
      publicUrl:
        from.url('TOCSIN_PUBLIC_URL', ['http:', 'https:'], 'https://tocsin.example.org') ??
        `http://${reachable(host)}:${port}`,
      dataDir: from.path('TOCSIN_DATA_DIR') ?? resolve('data'),
      mongodbUri: from.mongodbUri('MONGODB_URI'),
      mongodPath: from.path('MONGOD_PATH'),
      logLevel: from.oneOf('LOG_LEVEL', LOG_LEVELS),
      logPretty: from.yesOrNo('TOCSIN_LOG_PRETTY'),
      trustProxy: from.wholeNumber('TOCSIN_TRUST_PROXY', { min: 0, max: 10 }),
      pwaDir: from.path('TOCSIN_PWA_DIR'),
      packagesDir: from.path('TOCSIN_PACKAGES_DIR'),
      jwtTtlSeconds: from.wholeNumber('TOCSIN_JWT_TTL_SECONDS', { min: 30, max: DAY_S }),
      refreshTtlDays: from.wholeNumber('TOCSIN_REFRESH_TTL_DAYS', { min: 1, max: 365 }),
      journalIntervalMs: from.wholeNumber('TOCSIN_JOURNAL_INTERVAL_MS', { min: 10, max: 10_000 }),
      dataFramesPerSecond: from.wholeNumber('TOCSIN_DATA_FRAMES_PER_SECOND', { min: 1, max: 1_000_000 }),
      privateNetworks: from.yesOrNo('TOCSIN_PRIVATE_NETWORKS'),
      channelTimeoutMs: from.wholeNumber('TOCSIN_CHANNEL_TIMEOUT_MS', { min: 1_000, max: 15_000 }),
      telegramApi: from.url('TELEGRAM_API', ['https:', 'http:'], 'https://api.telegram.org'),
      vapidPublicKey: from.text('VAPID_PUBLIC_KEY'),
      vapidPrivateKey: from.text('VAPID_PRIVATE_KEY'),
      pushContact: from.url('TOCSIN_PUSH_CONTACT', ['mailto:', 'https:'], 'mailto:you@example.org'),
      pushServices: from.text('TOCSIN_PUSH_SERVICES')?.split(/[\s,]+/),
      localAgentKeyFile: from.path('TOCSIN_LOCAL_AGENT_KEY_FILE'),
      demoKeyFile: from.path('TOCSIN_DEMO_KEY_FILE'),
    }),
  );
}

/** A browser cannot open 0.0.0.0, which means "every address". */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** So that what is not set keeps its default. */
function withoutUndefined<T extends object>(settings: T): T {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
}
