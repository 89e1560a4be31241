import { LIMITS } from '@tocsin/shared/limits';
import type { BatchLimits } from '../frame/spool/spool.js';

/**
 * Far below what a message may hold: without a compiler, as the packages run it, putting a message on the
 * WebSocket takes the agent 60 ns a byte, in one piece.
 */
const MOST_BYTES = 64 * 1024;
/** What even a slow line carries in a second. */
const FIRST_BYTES = 8 * 1024;
const LEAST_BYTES = 4 * 1024;
/** Answered within this time, in ms, a batch may grow; after more than the second, it shrinks. */
const FAST_MS = 400;
const SLOW_MS = 1_500;
/**
 * The hub answers when it writes, twice a second. A batch that always goes right after an answer would always
 * wait for that, and say nothing about the line: some go later by up to this time, in ms.
 */
const SPREAD_MS = 300;
/** A batch that is not answered whole is tried again with so few frames that the hub names each of them. */
const CAREFUL_FRAMES = 100;
/** The rate that is kept to, of the one that is allowed. */
const SHARE = 0.8;
/** After `rate_limited`, in ms: at first, and at most. */
const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * How large the next batch is and when it may go. A live frame waits behind a batch that is still on the
 * line, so a batch is only as large as the line carries in less than a second. Times are ms.
 */
export class Pace {
  #frames: number = LIMITS.batchFrames;
  #mostFrames: number = LIMITS.batchFrames;
  #bytes = FIRST_BYTES;
  #pause = PAUSE_MS;
  #notBefore = -Infinity;

  constructor(private readonly random: () => number = Math.random) {}

  get limits(): BatchLimits {
    return { frames: this.#frames, bytes: this.#bytes };
  }

  /** How long to wait before the next batch. */
  wait(now: number): number {
    return Math.max(0, this.#notBefore - now);
  }

  sent(frames: number, now: number): void {
    this.#notBefore = Math.max(this.#notBefore, now + (1000 * frames) / (SHARE * LIMITS.backlogPerSecond));
  }

  /** The hub has said of each frame of a batch what became of it. @param took from sending to then */
  answered(took: number, now: number): void {
    this.#pause = PAUSE_MS;
    this.#frames = Math.min(this.#mostFrames, this.#frames * 2);
    this.#notBefore = Math.max(this.#notBefore, now + this.random() * SPREAD_MS);
    if (took <= FAST_MS) this.#bytes = Math.min(MOST_BYTES, this.#bytes * 1.5);
    else if (took > SLOW_MS) this.#bytes = Math.max(LEAST_BYTES, this.#bytes / 2);
  }

  /** The hub does not take any more at present. @param batch whether it has refused a whole batch */
  limited(batch: boolean, now: number): void {
    this.#notBefore = now + this.#pause;
    if (batch) this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }

  unanswered(): void {
    this.#mostFrames = CAREFUL_FRAMES;
    this.#frames = Math.min(this.#frames, CAREFUL_FRAMES);
  }

  /** So many frames were refused as a whole: the fault is looked for in fewer. */
  narrow(frames: number): void {
    this.#frames = Math.max(1, Math.floor(frames / 2));
  }
}
