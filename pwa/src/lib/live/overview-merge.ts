import type { Cursor, HostChange, HostState, OverviewDelta, OverviewSnapshot } from '@tocsin/shared';

/** A delta that the held state already contains, or one of another start of the hub, changes nothing. */
export function isNews(held: Cursor | undefined, delta: OverviewDelta): boolean {
  return held !== undefined && held.hub === delta.cursor.hub && delta.cursor.version > held.version;
}

/** Which of the held hosts a snapshot takes away: those it says, or all that a complete one does not name. */
export function goneIn(snapshot: OverviewSnapshot, held: Iterable<string>): string[] {
  if (!snapshot.complete) return snapshot.removed;
  const named = new Set(snapshot.hosts.map(({ id }) => id));
  return [...held].filter((id) => !named.has(id));
}

/**
 * The host after a change; fields that the change leaves out are as they were. Only a new host comes
 * whole, so a part of an unknown one gives nothing: it was removed a moment ago.
 */
export function changed(held: HostState | undefined, change: HostChange): HostState | undefined {
  if (held !== undefined) return { ...held, ...change };
  return 'presence' in change && 'name' in change ? (change as HostState) : undefined;
}
