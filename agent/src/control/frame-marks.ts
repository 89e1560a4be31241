import type { Ack } from '@tocsin/shared';
import { monotonic } from '../frame/schedule.js';
import type { AgentStatus } from './status.js';

interface Mark {
  seq: number;
  /** Monotonic ms. */
  at: number;
}

/** When the last frame was sent and the last one acknowledged, of those of this start. */
export class FrameMarks {
  #sent: Mark | undefined;
  #acknowledged: Mark | undefined;

  constructor(private readonly bootId: string) {}

  sent({ seq }: { seq: number }): void {
    this.#sent = { seq, at: monotonic() };
  }

  acknowledged({ bootId, ranges }: Ack): void {
    if (bootId !== this.bootId) return;
    const seq = Math.max(this.#acknowledged?.seq ?? 0, ...ranges.map(([, to]) => to));
    this.#acknowledged = { seq, at: monotonic() };
  }

  read(): Pick<AgentStatus['frames'], 'sent' | 'acknowledged'> {
    const now = monotonic();
    const aged = ({ seq, at }: Mark) => ({ seq, age: Math.round(now - at) });
    return {
      ...(this.#sent && { sent: aged(this.#sent) }),
      ...(this.#acknowledged && { acknowledged: aged(this.#acknowledged) }),
    };
  }
}
