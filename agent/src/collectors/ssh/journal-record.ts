import type { LogLine } from './log-line.js';

/** A message with its place in the journal. */
export interface JournalRecord extends LogLine {
  cursor: string;
}

/** What of a record is asked for; its cursor and time come by themselves. */
export const RECORD_FIELDS = ['MESSAGE', '_PID', 'SYSLOG_PID'] as const;

/** Reads one line of `journalctl --output=json`, undefined when it holds no message. */
export function parseJournalRecord(line: string): JournalRecord | undefined {
  let record: Partial<Record<string, unknown>>;
  try {
    record = (JSON.parse(line) as typeof record | null) ?? {};
  } catch {
    return undefined;
  }
  const cursor = record.__CURSOR;
  const t = Math.floor(Number(record.__REALTIME_TIMESTAMP) / 1000);
  const message = textOf(record.MESSAGE);
  if (typeof cursor !== 'string' || !Number.isFinite(t) || message === undefined) return undefined;
  return { cursor, t, message, pid: textOf(record._PID) ?? textOf(record.SYSLOG_PID) ?? '' };
}

/** A field that is no UTF-8 comes as its bytes, one that stands in a record twice as a list of both. */
function textOf(field: unknown): string | undefined {
  if (typeof field === 'string') return field;
  if (!Array.isArray(field)) return undefined;
  if (field.every((byte) => typeof byte === 'number')) return Buffer.from(field).toString();
  return textOf(field[0]);
}
