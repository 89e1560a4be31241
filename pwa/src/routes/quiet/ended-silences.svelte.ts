import type { Silence } from '@tocsin/shared';
import { listSilences } from '../../lib/api/quiet.js';
import { Submission } from '../../lib/state/submission.svelte.js';

const PAGE = 20;

/** Silences that are over, the last ones first, a page at a time. */
export class EndedSilences {
  #list = $state.raw<readonly Silence[]>([]);
  #next = $state<string>();
  #read = $state(false);
  readonly reading = new Submission();

  get list(): readonly Silence[] {
    return this.#list;
  }

  get more(): boolean {
    return this.#next !== undefined;
  }

  /** False until the first page is here. */
  get read(): boolean {
    return this.#read;
  }

  readNext(): Promise<void> {
    return this.#readAfter(this.#next);
  }

  /** From the newest on again. */
  readAgain(): Promise<void> {
    return this.#readAfter(undefined);
  }

  #readAfter(after: string | undefined): Promise<void> {
    return this.reading.run(async () => {
      const { silences, next } = await listSilences({ state: 'expired', limit: PAGE, after });
      this.#list = after === undefined ? silences : [...this.#list, ...silences];
      this.#next = next;
      this.#read = true;
    });
  }
}
