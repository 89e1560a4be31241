import type { HostState, PresenceStatus } from '@tocsin/shared';
import type { Urgency } from '../../lib/live/urgency.js';

export const SORTS = {
  urgency: 'Problems first',
  name: 'Name',
  cpu: 'CPU',
  ram: 'Memory',
  disk: 'Disk',
} as const;
export type Sort = keyof typeof SORTS;

/** Which hosts a person wants to see. `problems`: whatever is not simply online and quiet. */
export interface HostFilter {
  text: string;
  status: PresenceStatus | 'problems' | 'all';
  tag: string;
}

/** What the list needs to know about a host; reading `state` makes the list follow each of its values. */
export interface Listed {
  readonly name: string;
  readonly urgency: Urgency;
  readonly status: PresenceStatus;
  readonly state: HostState;
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
/** From here on a host asks for nothing: it is online, or was never seen. */
const QUIET: Urgency = 7;

export function matches(host: Listed, { text, status, tag }: HostFilter): boolean {
  if (status === 'problems' ? host.urgency >= QUIET : status !== 'all' && host.status !== status)
    return false;
  if (tag !== '' && !host.state.tags.includes(tag)) return false;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { tags, facts } = host.state;
  const hay = [host.name, facts?.hostname ?? '', facts?.os ?? '', ...tags].join('\n').toLowerCase();
  return words.every((word) => hay.includes(word));
}

const VALUES: Record<'cpu' | 'ram' | 'disk', (state: HostState) => number | undefined> = {
  cpu: ({ summary }) => summary?.cpu,
  ram: ({ summary }) => summary?.ram,
  disk: ({ summary }) => summary?.disk?.usage,
};

/** The comparison of a sort. Hosts that are alike stand by name, so that nothing jumps about. */
export function inOrderOf(sort: Sort): (a: Listed, b: Listed) => number {
  const name = (a: Listed, b: Listed) => byName.compare(a.name, b.name);
  if (sort === 'name') return name;
  if (sort === 'urgency') return (a, b) => a.urgency - b.urgency || name(a, b);
  const value = VALUES[sort];
  return (a, b) => (value(b.state) ?? -1) - (value(a.state) ?? -1) || name(a, b);
}
