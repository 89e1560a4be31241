import type { Refusal, RefusalCode } from '@tocsin/shared';
import { rangesOf } from './pending-acks.js';

/** What of a batch was refused, in one message for each reason: an agent waits until it knows of each frame. */
export class BatchRefusals {
  readonly #byCode = new Map<RefusalCode, { first: Refusal; seqs: number[] }>();

  add(refusal: Refusal, seq: number): void {
    const same = this.#byCode.get(refusal.code);
    if (same === undefined) this.#byCode.set(refusal.code, { first: { ...refusal, seq }, seqs: [seq] });
    else same.seqs.push(seq);
  }

  /** Each says what is wrong with its first frame. */
  get messages(): Refusal[] {
    return Array.from(this.#byCode.values(), ({ first, seqs }) =>
      seqs.length === 1 ? first : { ...first, ranges: rangesOf(seqs) },
    );
  }
}
