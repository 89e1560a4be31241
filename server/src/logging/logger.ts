import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/config.js';

/** Fields that never reach a log, at the top of what is logged and one level into it. */
const SECRETS = [
  'key',
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  '["set-cookie"]',
  '["x-api-key"]',
];
const REDACTED_PATHS = SECRETS.flatMap((path) =>
  ['', '*', '*.*'].map((parent) =>
    path.startsWith('[') || parent === '' ? parent + path : `${parent}.${path}`,
  ),
);

/** The hub's log: JSON lines, or lines for people, on the standard output. */
export function createPino(
  config: Pick<Config, 'logLevel' | 'logPretty'>,
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED_PATHS, censor: '[secret]' },
    },
    destination ??
      (config.logPretty
        ? pretty({ sync: true, ignore: 'context', messageFormat: '{context}: {msg}' })
        : pino.destination({ sync: true })),
  );
}

/** Nest's account of its own start: of use to nobody but a developer of the hub. */
const NEST_START = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** pino behind Nest's interface, so that `new Logger(Name.name)` of a service ends here. */
export class HubLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.#write('info', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.#write('fatal', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.#write('error', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.#write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.#write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.#write('trace', message, rest);

  /** Nest hands the context over last, and with `error` perhaps a stack before it. */
  #write(
    level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? rest.pop() : undefined;
    if (level === 'info' && typeof context === 'string' && NEST_START.has(context)) level = 'debug';
    const fields: Record<string, unknown> = { context };
    for (const extra of rest) {
      if (extra instanceof Error) fields['err'] = extra;
      else if (typeof extra === 'string') fields['stack'] = extra;
      else Object.assign(fields, extra);
    }
    if (message instanceof Error) this.pino[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.pino[level]({ ...message, ...fields });
    // Words from outside, such as a field's name, must not pass for another line in the log for people.
    else this.pino[level](fields, String(message).replace(/\p{Cc}+/gu, ' '));
  }
}
