import type { SshSource } from '@tocsin/shared';
import { LIMITS } from '@tocsin/shared/limits';
import { attemptsOf, failing, type AttemptWindow, type Network, type Source } from './window.js';

/** One that may be shown, before its users are looked at. */
interface Candidate {
  address: string;
  attempts: number;
  breaches: number;
  last: number;
  holders: Iterable<Source>;
}

/**
 * The sources a frame shows: those with the most attempts, by address, because a new order of the same
 * series costs the hub more than all their values. One that was let in after its failures is shown however
 * many others there are.
 */
export function rankSources(window: AttemptWindow): SshSource[] {
  const candidates: Candidate[] = [];
  for (const source of window.sources) candidates.push(ofAddress(source));
  for (const network of window.networks)
    if (network.breaches.length > 0 || failing(network) >= 2) candidates.push(ofNetwork(network));
  if (candidates.length > LIMITS.sshSources) {
    candidates.sort((a, b) => Math.sign(b.breaches) - Math.sign(a.breaches) || byAttempts(a, b));
    candidates.length = LIMITS.sshSources;
  }
  return candidates.sort((a, b) => byName(a.address, b.address)).map(toReading);
}

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byAttempts = (a: Candidate, b: Candidate) => b.attempts - a.attempts || byName(a.address, b.address);

function ofAddress(source: Source): Candidate {
  const { address, attempts, breaches, last } = source;
  return { address, attempts, breaches: breaches.length, last, holders: [source] };
}

function ofNetwork(network: Network): Candidate {
  const { name, breaches, last, sources } = network;
  return {
    address: name,
    attempts: attemptsOf(network),
    breaches: breaches.length,
    last,
    holders: sources,
  };
}

function toReading({ address, attempts, breaches, last, holders }: Candidate): SshSource {
  const users = usersOf(holders);
  const topUsers = [...users]
    .map(([name, tried]) => ({ name, attempts: tried }))
    .sort((a, b) => b.attempts - a.attempts || byName(a.name, b.name))
    .slice(0, LIMITS.sshTopUsers);
  return { address, attempts, users: users.size, topUsers, ...(breaches > 0 && { breaches }), last };
}

function usersOf(holders: Iterable<Source>): ReadonlyMap<string, number> {
  const all = [...holders];
  if (all.length === 1) return all[0]!.users;
  const users = new Map<string, number>();
  for (const source of all)
    for (const [name, tried] of source.users) users.set(name, (users.get(name) ?? 0) + tried);
  return users;
}
