import type { Cursor, HostState, OverviewDelta, OverviewSnapshot } from '@tocsin/shared';

/** What a message of the hub changes in the list of hosts. */
export interface OverviewChange {
  put: readonly HostState[];
  remove: readonly string[];
}

/** A delta that the held state already contains, or one of another start of the hub, changes nothing. */
export function isNews(held: Cursor | undefined, delta: OverviewDelta): boolean {
  return held !== undefined && held.hub === delta.cursor.hub && delta.cursor.version > held.version;
}

/** A complete snapshot also takes away every host that it does not name. */
export function changeOf(message: OverviewSnapshot | OverviewDelta, held: Iterable<string>): OverviewChange {
  if (!('complete' in message) || !message.complete) return { put: message.hosts, remove: message.removed };
  const named = new Set(message.hosts.map(({ id }) => id));
  return { put: message.hosts, remove: [...held].filter((id) => !named.has(id)) };
}
