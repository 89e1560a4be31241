import type { Ack, Frame } from '@tocsin/shared';

export interface BufferBounds {
  frames: number;
  /** Of the frames as JSON. */
  bytes: number;
}

interface Kept {
  /** As text: it takes a fifth of the memory of the object, and its size is what counts on the wire. */
  json: string;
  bytes: number;
  sent: boolean;
}

/**
 * The frames of this start that the hub has not acknowledged yet, oldest first. When a bound is reached
 * the oldest is dropped, because the newest says most about the host.
 */
export class FrameBuffer {
  readonly #kept = new Map<number, Kept>();
  #bytes = 0;
  #dropped = 0;

  constructor(private readonly bounds: BufferBounds) {}

  get size(): number {
    return this.#kept.size;
  }

  /** Frames that were given up since the start because a bound was reached. */
  get dropped(): number {
    return this.#dropped;
  }

  has(seq: number): boolean {
    return this.#kept.has(seq);
  }

  /** @param sent whether it is being sent at this moment */
  add(frame: Frame, sent: boolean): void {
    const json = JSON.stringify(frame);
    const bytes = Buffer.byteLength(json);
    this.#kept.set(frame.seq, { json, bytes, sent });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.bounds.frames && this.#bytes <= this.bounds.bytes) break;
      this.forget(oldest);
      this.#dropped++;
    }
  }

  /** Forgets what the hub has on disk. */
  acknowledge(ranges: Ack['ranges']): void {
    // A range may be far longer than what is kept: walk over whichever is shorter.
    for (const [from, to] of ranges) {
      if (to - from < this.#kept.size) for (let seq = from; seq <= to; seq++) this.forget(seq);
      else for (const seq of [...this.#kept.keys()]) if (seq >= from && seq <= to) this.forget(seq);
    }
  }

  forget(seq: number): void {
    const kept = this.#kept.get(seq);
    if (kept === undefined) return;
    this.#kept.delete(seq);
    this.#bytes -= kept.bytes;
  }

  /** The connection is gone, and with it the knowledge whether what was sent has arrived. */
  allUnsent(): void {
    for (const kept of this.#kept.values()) kept.sent = false;
  }

  unsent(seq: number): void {
    const kept = this.#kept.get(seq);
    if (kept) kept.sent = false;
  }

  /** Takes the oldest frames that are not being sent, at most so many, and marks them as sent. */
  take(frames: number, bytes: number): Frame[] {
    const taken: Frame[] = [];
    let size = 0;
    for (const kept of this.#kept.values()) {
      if (kept.sent) continue;
      size += kept.bytes + 1;
      if (taken.length === frames || (size > bytes && taken.length > 0)) break;
      kept.sent = true;
      taken.push(JSON.parse(kept.json) as Frame);
    }
    return taken;
  }
}
