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
      const known = new Set(this.#list.map(({ id }) => id));
      this.#list = [...this.#list, ...page.incidents.filter(({ id }) => !known.has(id))];
      this.#next = page.next;
      this.#read = true;
    });
  }

  resolved(incident: Incident): void {
    if (this.#list.some(({ id }) => id === incident.id)) return;
    this.#list = [incident, ...this.#list];
  }
}
