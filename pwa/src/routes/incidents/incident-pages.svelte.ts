import type { Incident } from '@tocsin/shared';
import { listIncidents } from '../../lib/api/incidents.js';
import { Submission } from '../../lib/state/submission.svelte.js';

const PAGE = 50;

/** Resolved incidents, newest first, a page at a time; those resolved meanwhile come in on top. */
export class IncidentPages {
  #list = $state.raw<readonly Incident[]>([]);
  #next = $state<string>();
  #read = $state(false);
  readonly reading = new Submission();

  get list(): readonly Incident[] {
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
    return this.reading.run(async () => {
      const page = await listIncidents({ status: 'resolved', limit: PAGE, after: this.#next });
      this.#list = [...this.#list, ...page.incidents.filter(({ id }) => !this.#holds(id))];
      this.#next = page.next;
      this.#read = true;
    });
  }

  resolved(incident: Incident): void {
    if (!this.#holds(incident.id)) this.#list = [incident, ...this.#list];
  }

  #holds(id: string): boolean {
    return this.#list.some((held) => held.id === id);
  }
}
