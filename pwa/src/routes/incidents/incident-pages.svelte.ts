import type { Incident, IncidentsQuery } from '@tocsin/shared';
import { listIncidents } from '../../lib/api/incidents.js';
import { Submission } from '../../lib/state/submission.svelte.js';

const PAGE = 50;

type Asked = Pick<IncidentsQuery, 'q' | 'severity'>;

/** Resolved incidents, newest first, a page at a time; those resolved meanwhile come in on top. */
export class IncidentPages {
  #list = $state.raw<readonly Incident[]>([]);
  #next = $state<string>();
  #read = $state(false);
  #asked: Asked = {};
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

  /** Begins anew with what is asked for now; an answer that is under way is not waited for twice. */
  ask(asked: Asked): Promise<void> {
    this.#asked = asked;
    return this.#readPage();
  }

  readNext(): Promise<void> {
    return this.#readPage(this.#next);
  }

  resolved(incident: Incident): void {
    if (this.#holds(incident.id)) {
      this.#list = this.#list.map((held) => (held.id === incident.id ? incident : held));
      return;
    }
    const { q, severity } = this.#asked;
    if (q === undefined && (severity ?? incident.severity) === incident.severity) {
      this.#list = [incident, ...this.#list];
    }
  }

  #readPage(after?: string): Promise<void> {
    return this.reading.run(async () => {
      let asked = this.#asked;
      let page = await listIncidents({ status: 'resolved', limit: PAGE, after, ...asked });
      let before = after === undefined ? [] : this.#list;
      while (asked !== this.#asked) {
        asked = this.#asked;
        before = [];
        page = await listIncidents({ status: 'resolved', limit: PAGE, ...asked });
      }
      this.#list = [...before, ...page.incidents.filter(({ id }) => !before.some((held) => held.id === id))];
      this.#next = page.next;
      this.#read = true;
    });
  }

  #holds(id: string): boolean {
    return this.#list.some((held) => held.id === id);
  }
}
