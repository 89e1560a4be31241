import { Injectable } from '@nestjs/common';

/** Whether the hub may let agents in, and if not, what it waits for. */
@Injectable()
export class ReadinessService {
  readonly #reasons = new Set<{ text: string }>();

  get ready(): boolean {
    return this.#reasons.size === 0;
  }

  /** In plain words, for instance `replaying the journal`. */
  get reasons(): string[] {
    return Array.from(this.#reasons, (reason) => reason.text);
  }

  /** Holds readiness back until the function that is returned is called. */
  notReady(reason: string): () => void {
    const held = { text: reason };
    this.#reasons.add(held);
    return () => void this.#reasons.delete(held);
  }
}
