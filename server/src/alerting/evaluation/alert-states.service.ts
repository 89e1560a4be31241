import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';
import { AlertStateStore } from './alert-state-store.js';
import { EvaluationService } from './evaluation.service.js';

/** Writes down what the rules have to remember, so that a hub that is killed forgets a few seconds of it at most. */
@Injectable()
export class AlertStatesService implements BeforeApplicationShutdown {
  readonly #warnings = new RepeatedWarnings(new Logger(AlertStatesService.name));
  #saving?: Promise<void>;

  constructor(
    private readonly evaluation: EvaluationService,
    private readonly store: AlertStateStore,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.#saving;
    await this.#save(Date.now(), true);
  }

  /** Called every few seconds; while a save is under way nothing else begins, so nothing piles up. */
  save(now: number): Promise<void> {
    this.#saving ??= this.#save(now).finally(() => (this.#saving = undefined));
    return this.#saving;
  }

  async #save(now: number, isLast = false): Promise<void> {
    const states = this.evaluation.takeUnsaved(now, isLast);
    try {
      await this.store.save(states);
    } catch (error) {
      this.evaluation.notSaved(states);
      this.#warnings.warn('What is pending could not be saved', String(error), now);
    }
  }
}
