import { type Hold, type Incident, type LogEntry, logged } from '@tocsin/shared';

/** The log with a word on what holds the incident back, where that is not what it was. */
export function withHolds(
  log: readonly LogEntry[],
  { holds: before = [] }: Incident,
  { holds = [] }: Incident,
  now: number,
): readonly LogEntry[] {
  // That one of them lasts longer is not worth an entry each time.
  const names = (list: readonly Hold[]) => list.map(({ by, id }) => `${by} ${id}`).join();
  if (names(before) === names(holds)) return log;
  return logged(log, holds.length > 0 ? { at: now, kind: 'held', holds } : { at: now, kind: 'released' });
}
