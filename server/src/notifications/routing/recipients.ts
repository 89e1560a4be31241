import type { Notice, Policy, Recipient } from '@tocsin/shared';
import type { UserRecord } from '../../users/users.service.js';

type Member = Pick<UserRecord, 'id' | 'role'>;

/** Whom a notice of a policy is for: `user:…` and `channel:…`, each once. */
export function recipientsOf(
  policy: Policy | undefined,
  { kind, from, to }: Notice,
  toldTo: readonly string[],
  members: readonly Member[],
): string[] {
  if (kind === 'acknowledged' || kind === 'resolved') return [...toldTo];
  const named = policy?.steps.slice(from, to).flatMap((step) => step.to) ?? [];
  const found = unique(named.flatMap((who) => keysOf(who, members)));
  if (found.length > 0) return found;
  // A step that names nobody who is still there must not pass in silence.
  const others = policy?.fallback === undefined ? [] : keysOf(policy.fallback, members);
  return others.length > 0 ? others : keysOf({ kind: 'role', role: 'owner' }, members);
}

/** `user:…` and `channel:…` of who is there of them. */
export function keysOf(who: Recipient, members: readonly Member[]): string[] {
  switch (who.kind) {
    case 'channel':
      return [`channel:${who.id}`];
    case 'user':
      return members.filter(({ id }) => id === who.id).map(({ id }) => `user:${id}`);
    case 'role':
      return members.filter(({ role }) => role === who.role).map(({ id }) => `user:${id}`);
  }
}

export const unique = (keys: readonly string[]): string[] => [...new Set(keys)];
