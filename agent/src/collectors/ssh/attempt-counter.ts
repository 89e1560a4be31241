import { Connections, type Connection } from './connections.js';
import type { SingleEvent, SshEvent } from './messages.js';

/** Attempts that one message adds. `user` is left out where nobody was named. */
export interface Attempts {
  times: number;
  address: string;
  user?: string;
}

export interface Login {
  address: string;
  user: string;
  method: string;
}

/** An answer that only a PAM module has told of so far. */
interface Held extends Attempts {
  at: number;
}

/** Answers that are held at once. */
const HELD = 1_024;
/** A PAM module speaks some seconds before sshd does, while it makes the stranger wait. In ms. */
const SETTLE_MS = 15_000;

/** What a restart needs; times are relative to the moment of saving. */
export interface CounterState {
  connections: Connection[];
  held: [pid: string, held: Held][];
}

/**
 * Counts each attempt to log in once, however many messages sshd writes about it: a wrong password is one
 * line, or five. An attempt is counted at the first message that tells of it; what follows from the same
 * process and is known to mean the same adds nothing.
 *
 * | message                                     | adds                                              |
 * | ------------------------------------------- | ------------------------------------------------- |
 * | `Failed` with a password or a typed answer  | 1 each                                            |
 * | `Failed` with a key                         | 1 each for unknown users; else nothing by itself: |
 * |                                             | programs offer all keys that they have            |
 * | `Failed none`                               | nothing: a client asks what it may try            |
 * | `Invalid user`, `not allowed because …`     | 1, and the first `Failed` is the same one         |
 * | `PAM: Authentication failure for`           | 1, and a `Failed` right after is the same one     |
 * | too many attempts, or the connection ends   | 1 if nothing of the connection was counted        |
 * | dropped for earlier failures                | 1 each                                            |
 * | a PAM module alone                          | 1 if sshd says nothing within 15 s                |
 */
export class AttemptCounter {
  readonly #connections = new Connections();
  readonly #held = new Map<string, Held>();

  /** @param at monotonic ms */
  take(pid: string, event: SshEvent, at: number): Attempts | Login | undefined {
    if (event.kind === 'repeated') {
      // A login is not repeated: each has a port of its own.
      return event.event.kind === 'accepted' ? undefined : this.#count(pid, event.event, event.times, at);
    }
    if (event.kind !== 'accepted') return this.#count(pid, event, 1, at);
    const { user, method } = event;
    const address = event.from?.address ?? this.#connections.latest(pid)?.address;
    if (address === undefined) return undefined;
    this.#connections.of(pid, event.from).ended = true;
    this.#release(pid, address);
    return { address, user, method };
  }

  /** Answers that only a PAM module told of, and that sshd has not told of in time. */
  settle(at: number): Attempts[] {
    const settled: Attempts[] = [];
    for (const [pid, held] of this.#held) {
      if (at - held.at < SETTLE_MS) break;
      this.#held.delete(pid);
      const connection = this.#connections.of(pid, { address: held.address });
      if (connection.counted) continue;
      Object.assign(connection, { counted: true, early: true, module: true });
      settled.push(attempts(held.times, held.address, held.user));
    }
    return settled;
  }

  #count(
    pid: string,
    event: Exclude<SingleEvent, { kind: 'accepted' }>,
    times: number,
    at: number,
  ): Attempts | undefined {
    // All come from the one process that listens: they say nothing about each other.
    if (event.kind === 'dropped') return { times, address: event.from.address };
    if (event.kind === 'module-failed') return this.#module(pid, event, at);

    const connection = this.#connections.of(pid, event.from);
    const { address } = connection;
    if (address === undefined) return undefined;
    const added = addedBy(event, times, connection);
    if (event.kind === 'ended') connection.ended = true;
    if (connection.counted) this.#release(pid, address);
    return added === 0 ? undefined : { times: added, address, user: event.user };
  }

  #module(
    pid: string,
    { times, more, user, from }: Extract<SingleEvent, { kind: 'module-failed' }>,
    at: number,
  ): Attempts | undefined {
    if (from === undefined) return undefined;
    const known = this.#connections.latest(pid);
    const same = known?.address === from.address ? known : undefined;
    const held = this.#held.get(pid);
    if (more) {
      if (held?.address === from.address) held.times += times;
      else if (same?.module) return attempts(times, from.address, user);
      return undefined;
    }
    if (same?.counted && !same.ended) return undefined;
    this.#held.delete(pid);
    this.#held.set(pid, { ...attempts(times, from.address, user), at });
    if (this.#held.size > HELD) this.#held.delete(this.#held.keys().next().value!);
    return undefined;
  }

  /** sshd has told of an answer itself: what a PAM module said about it is no other one. */
  #release(pid: string, address: string): void {
    if (this.#held.size === 0) return;
    if (this.#held.get(pid)?.address === address) {
      this.#held.delete(pid);
      return;
    }
    // Answers that are typed are checked in a process of their own.
    for (const [other, held] of this.#held) {
      if (held.address !== address) continue;
      this.#held.delete(other);
      return;
    }
  }

  /** @param since what is subtracted from times, monotonic ms */
  save(since: number): CounterState {
    return {
      connections: this.#connections.save(),
      held: [...this.#held].map(([pid, held]) => [pid, { ...held, at: held.at - since }]),
    };
  }

  load({ connections, held }: CounterState, since: number): void {
    this.#connections.load(connections);
    for (const [pid, entry] of held.slice(-HELD)) this.#held.set(pid, { ...entry, at: entry.at + since });
  }
}

const attempts = (times: number, address: string, user: string | undefined): Attempts => ({
  times,
  address,
  ...(user !== undefined && { user }),
});

/** How many attempts the message adds to its connection, which is marked accordingly. */
function addedBy(
  event: Extract<SingleEvent, { kind: 'failed' | 'refused' | 'pam-failed' | 'max-attempts' | 'ended' }>,
  times: number,
  connection: Connection,
): number {
  if (event.kind === 'refused' || event.kind === 'max-attempts' || event.kind === 'ended') {
    if (connection.counted) return 0;
    connection.counted = true;
    connection.early = event.kind === 'refused';
    return 1;
  }
  if (event.kind === 'failed' && !countsByItself(event.method, event.valid)) return 0;
  let added = times;
  if (connection.early) added--;
  else if (event.kind === 'failed' && connection.twice && isTyped(event.method)) added--;
  connection.counted = true;
  connection.early = false;
  connection.module = false;
  connection.twice = event.kind === 'pam-failed';
  return added;
}

const isTyped = (method: string): boolean => method.startsWith('keyboard-interactive');

function countsByItself(method: string, valid: boolean): boolean {
  if (method === 'none') return false;
  return !valid || method === 'password' || isTyped(method) || method.startsWith('challenge-response');
}
