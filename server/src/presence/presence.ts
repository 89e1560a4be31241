import type { Presence } from '@tocsin/shared';
import { PostRhythm } from './post-rhythm.js';

/** How long a silent connection still counts as online, in ms: three frames, and never under this. */
const STALE_AT_LEAST_MS = 3_000;
const STALE_INTERVALS = 3;
/** How long a silent connection counts as stale before its host is called lost. */
const LOST_AT_LEAST_MS = 30_000;
const LOST_INTERVALS = 10;
/** How long after a start of the hub its hosts may take to come back. */
export const START_GRACE_MS = 30_000;

/** Names one connection of a host; a later connection has a greater one. */
export type Epoch = number;

/**
 * Decides what one host's presence is. Each method gets the time in UTC ms, and returns the new presence
 * when it changed. What an earlier connection reports after a later one replaced it changes nothing.
 */
export class HostWatch {
  #presence: Presence;
  #epoch: Epoch = 0;
  #connected = false;
  /** Of a host that posts without a connection. */
  #rhythm: PostRhythm;
  #posting = false;
  #interval = 0;
  /** Of the last sign of life. */
  #heardAt: number;
  /** When silence next changes something. */
  #deadline = Infinity;

  /**
   * @param last what was known before the hub started
   * @param postedEvery how often the host posted then, in ms, if it did
   */
  constructor(last: Presence, now: number, postedEvery?: number | null) {
    this.#heardAt = now;
    this.#presence = last;
    this.#rhythm = new PostRhythm(postedEvery ?? undefined);
    if (last.status !== 'online' && last.status !== 'stale') return;
    this.#presence = { status: 'stale', since: now, reason: 'the hub was restarted' };
    this.#deadline = now + Math.max(START_GRACE_MS, STALE_INTERVALS * (postedEvery ?? 0));
  }

  get presence(): Presence {
    return this.#presence;
  }

  get hasConnection(): boolean {
    return this.#connected;
  }

  /** How often the host posts, or would be expected to, in ms. */
  get postedEvery(): number {
    return this.#rhythm.gap;
  }

  /** @param interval how often a frame is to be expected, in ms */
  connected(interval: number, now: number): { epoch: Epoch; change?: Presence } {
    this.#epoch += 1;
    this.#connected = true;
    this.#posting = false;
    this.#rhythm = new PostRhythm();
    this.#interval = interval;
    this.#heard(now);
    return { epoch: this.#epoch, change: this.#become('online', now) };
  }

  /** A frame came, whether it is stored or live only. */
  frame(epoch: Epoch, now: number): Presence | undefined {
    if (!this.#speaks(epoch) || this.#saidBye) return undefined;
    this.#heard(now);
    return this.#become('online', now);
  }

  /** The agent said that it reports at another interval, in ms, from now on. */
  paced(epoch: Epoch, interval: number, now: number): Presence | undefined {
    if (!this.#speaks(epoch) || this.#saidBye) return undefined;
    this.#interval = interval;
    this.#heard(now);
    return this.#become('online', now);
  }

  /** A frame of the present was posted. While an agent is connected it speaks for the host alone. */
  posted(now: number): Presence | undefined {
    if (this.#connected) return undefined;
    this.#posting = true;
    this.#rhythm.posted(now);
    this.#interval = this.#rhythm.gap;
    this.#heard(now);
    return this.#become('online', now);
  }

  disconnected(epoch: Epoch, reason: string, now: number): Presence | undefined {
    if (!this.#speaks(epoch)) return undefined;
    this.#connected = false;
    this.#deadline = Infinity;
    return this.#presence.status === 'stopped' ? undefined : this.#become('lost', now, reason);
  }

  /** The agent said goodbye. */
  stopped(epoch: Epoch, reason: string, now: number): Presence | undefined {
    if (!this.#speaks(epoch)) return undefined;
    this.#deadline = Infinity;
    return this.#become('stopped', now, reason);
  }

  tick(now: number): Presence | undefined {
    if (now < this.#deadline) return undefined;
    if (!this.#connected && !this.#posting) {
      this.#deadline = Infinity;
      return this.#become('lost', now, 'did not come back after the hub was restarted');
    }
    if (this.#presence.status === 'online') {
      this.#deadline = this.#heardAt + Math.max(LOST_AT_LEAST_MS, LOST_INTERVALS * this.#interval);
      return this.#become('stale', now, this.#posting ? 'posts stopped arriving' : 'frames stopped arriving');
    }
    this.#deadline = Infinity;
    return this.#become('lost', now, 'silent for too long');
  }

  /** The hub itself stood still for `ms`, or its clock was set: nobody is blamed for that. */
  pardon(ms: number): void {
    this.#heardAt += ms;
    this.#deadline += ms;
    this.#rhythm.pardon(ms);
  }

  /** What was still on its way then takes nothing back: the connection closes next, and that is no loss. */
  get #saidBye(): boolean {
    return this.#connected && this.#presence.status === 'stopped';
  }

  #speaks(epoch: Epoch): boolean {
    return this.#connected && epoch === this.#epoch;
  }

  #heard(now: number): void {
    this.#heardAt = now;
    this.#deadline = now + Math.max(STALE_AT_LEAST_MS, STALE_INTERVALS * this.#interval);
  }

  #become(status: Presence['status'], now: number, reason?: string): Presence | undefined {
    if (this.#presence.status === status) return undefined;
    this.#presence = reason === undefined ? { status, since: now } : { status, since: now, reason };
    return this.#presence;
  }
}
