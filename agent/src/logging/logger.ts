export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One plain line for people per call. Secrets are never handed in. */
export type Logger = Record<LogLevel, (line: string) => void>;

/** Priorities of syslog, which journald reads from the start of a line. */
const PRIORITY: Record<LogLevel, number> = { error: 3, warn: 4, info: 6, debug: 7 };

/**
 * @param write gets whole lines
 * @param journald whether journald reads them, which knows the time itself
 */
export function createLogger(level: LogLevel, write: (line: string) => void, journald: boolean): Logger {
  const at = (own: LogLevel) => (line: string) => {
    if (LOG_LEVELS.indexOf(own) > LOG_LEVELS.indexOf(level)) return;
    const start = journald ? `<${PRIORITY[own]}>` : `${new Date().toISOString()} ${own.padEnd(5)} `;
    // Text from outside (a hub's message, a file name) must not pass for another line.
    write(`${start}${line.replace(/\p{Cc}+/gu, ' ')}\n`);
  };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
