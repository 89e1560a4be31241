import type { Ack } from '@tocsin/shared';
import type { FrameText } from './spool/record.js';
import type { BatchLimits } from './spool/spool.js';

/** What a frame takes beside its text, in bytes. */
const OVERHEAD = 200;

interface Kept extends FrameText {
  bytes: number;
  /** When it came, monotonic ms. */
  at: number;
  /** It is being written to disk. */
  held: boolean;
}

/** Frames of this start in memory, oldest first. Beyond the bound the oldest are dropped. */
export class MemoryFrames {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;
  #dropped = 0;

  /** @param bound in bytes */
  constructor(private readonly bound: number) {}

  get size(): number {
    return this.#kept.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): FrameText | undefined {
    const [oldest] = this.#kept.values();
    return oldest;
  }

  /** Frames that were given up because the bound was reached. */
  get dropped(): number {
    return this.#dropped;
  }

  /** When the oldest came, monotonic ms. */
  get oldestAt(): number | undefined {
    const [oldest] = this.#kept.values();
    return oldest?.at;
  }

  /** @param at monotonic ms */
  add({ seq, json }: FrameText, at: number): void {
    const bytes = Buffer.byteLength(json) + OVERHEAD;
    this.#kept.set(seq, { seq, json, bytes, at, held: false });
    this.#bytes += bytes;
    for (const oldest of this.#kept.values()) {
      if (this.#bytes <= this.bound) break;
      if (oldest.held) continue;
      this.#forget(oldest.seq);
      this.#dropped++;
    }
  }

  acknowledge(ranges: Ack['ranges']): void {
    // A range may be far longer than what is kept: walk over whichever is shorter.
    for (const [from, to] of ranges) {
      if (to - from < this.#kept.size) for (let seq = from; seq <= to; seq++) this.#forget(seq);
      else for (const seq of [...this.#kept.keys()]) if (seq >= from && seq <= to) this.#forget(seq);
    }
  }

  /** The oldest frames that are wanted, which stay. */
  take(wanted: (seq: number) => boolean, limits: BatchLimits): FrameText[] {
    const taken: FrameText[] = [];
    let size = 0;
    for (const { seq, json, bytes } of this.#kept.values()) {
      if (!wanted(seq)) continue;
      size += bytes - OVERHEAD + 1;
      if (taken.length > 0 && (taken.length >= limits.frames || size > limits.bytes)) break;
      taken.push({ seq, json });
    }
    return taken;
  }

  /** The oldest frames, which are not dropped until they are moved or given back. @param bytes about so many */
  hold(bytes: number): FrameText[] {
    const held: FrameText[] = [];
    let size = 0;
    for (const kept of this.#kept.values()) {
      kept.held = true;
      held.push({ seq: kept.seq, json: kept.json });
      size += kept.bytes;
      if (size >= bytes) break;
    }
    return held;
  }

  giveBack(frames: readonly FrameText[]): void {
    for (const { seq } of frames) {
      const kept = this.#kept.get(seq);
      if (kept) kept.held = false;
    }
  }

  /** They are on disk now. @returns those that were acknowledged meanwhile */
  moved(frames: readonly FrameText[]): FrameText[] {
    return frames.filter(({ seq }) => !this.#forget(seq));
  }

  #forget(seq: number): boolean {
    const kept = this.#kept.get(seq);
    if (kept === undefined) return false;
    this.#bytes -= kept.bytes;
    return this.#kept.delete(seq);
  }
}
