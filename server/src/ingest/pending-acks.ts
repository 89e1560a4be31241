import type { Ack } from '@tocsin/shared';

/** Collects what became durable, until it is said to the agent in as few words as possible. */
export class PendingAcks {
  readonly #seqs = new Map<string, number[]>();

  get isEmpty(): boolean {
    return this.#seqs.size === 0;
  }

  add(bootId: string, seq: number): void {
    const seqs = this.#seqs.get(bootId);
    if (seqs === undefined) this.#seqs.set(bootId, [seq]);
    else seqs.push(seq);
  }

  /** Everything collected, one message for each start of the agent, and begins anew. */
  take(): Ack[] {
    const acks = Array.from(this.#seqs, ([bootId, seqs]) => ({ bootId, ranges: rangesOf(seqs) }));
    this.#seqs.clear();
    return acks;
  }
}

/** Inclusive ranges of these numbers, in order. */
export function rangesOf(seqs: number[]): Ack['ranges'] {
  const ranges: Ack['ranges'] = [];
  for (const seq of seqs.sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && seq <= last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges;
}
