import { Injectable, Logger } from '@nestjs/common';
import type { Frame, LiveFrame, Sample } from '@tocsin/shared';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';
import { type HostRecord } from '../hosts/hosts.service.js';
import { LiveService } from '../live/live.service.js';
import { RepeatedWarnings } from '../logging/repeated-warnings.js';
import { SamplesService } from '../samples/samples.service.js';

/** A checked frame on its way. `now` is the hub's clock, UTC ms. */
export interface Arrival {
  host: HostRecord;
  bootId: string;
  frame: Frame;
  sample: Sample;
  now: number;
}

/** The way of a frame through the hub: shown, held against the rules, stored. All of it is synchronous. */
@Injectable()
export class IntakeService {
  readonly #failures = new RepeatedWarnings({
    warn: (message) => new Logger(IntakeService.name).error(message),
  });

  constructor(
    private readonly live: LiveService,
    private readonly evaluation: EvaluationService,
    private readonly samples: SamplesService,
  ) {}

  /** MongoDB has been away for so long that nothing more can be stored. */
  get full(): boolean {
    return this.samples.full;
  }

  /** So much of the host's past, or of all hosts', waits to be written that no more of it is taken for now. */
  backlogFull(hostId: string): boolean {
    return this.samples.backlogFull(hostId);
  }

  /** Shows a frame of the present to people and to the rules. It does not need MongoDB. */
  show({ host, frame, sample, now }: Arrival): void {
    this.#whole('live', now, () => this.live.frame(host, frame, now));
    this.#whole('evaluation', now, () => this.evaluation.frame(host, sample, now));
  }

  /** Shows a frame that is for people only: it is neither held against the rules nor stored. */
  showLive(host: HostRecord, frame: LiveFrame, now: number): void {
    this.#whole('live', now, () => this.live.frame(host, frame, now));
  }

  /**
   * Stores a frame, of the present or of a backlog; `onDurable` is called once it is on disk.
   * @returns false when its minute cannot hold it
   */
  store({ host, bootId, frame: { seq, t }, sample, now }: Arrival, onDurable: () => void): boolean {
    const { tenantId, id: hostId } = host;
    return this.samples.append({ tenantId, hostId, bootId, seq, t, sample }, onDurable, now);
  }

  /** Calls back once everything that was stored until now is on disk. */
  whenDurable(onDurable: () => void): void {
    this.samples.whenDurable(onDurable);
  }

  /** A fault in one part must not keep the frame from the others. */
  #whole(part: string, now: number, run: () => void): void {
    try {
      run();
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#failures.warn(`A frame failed in ${part}`, detail, now);
    }
  }
}
