import type { Incident } from '@tocsin/shared';
import { SvelteMap } from 'svelte/reactivity';
import { toasts } from '../state/toasts.svelte.js';

/** What is wrong right now. New incidents ring on every page, whatever it shows. */
class OpenIncidents {
  readonly #byId = new SvelteMap<string, Incident>();
  #known = false;
  #last = $state.raw<Incident>();
  readonly #newestFirst = $derived([...this.#byId.values()].sort((a, b) => b.openedAt - a.openedAt));

  get all(): readonly Incident[] {
    return this.#newestFirst;
  }

  get count(): number {
    return this.#byId.size;
  }

  /** The incident that changed last, also when it was resolved by that. */
  get last(): Incident | undefined {
    return this.#last;
  }

  /** The hub's whole list, after each connect. */
  replace(open: readonly Incident[]): void {
    const fresh = this.#known ? open.filter(({ id }) => !this.#byId.has(id)) : [];
    const ids = new Set(open.map(({ id }) => id));
    for (const id of [...this.#byId.keys()]) if (!ids.has(id)) this.#byId.delete(id);
    for (const incident of open) this.#byId.set(incident.id, incident);
    for (const incident of fresh) this.#ring(incident);
    this.#known = true;
  }

  take(incident: Incident): void {
    const before = this.#byId.get(incident.id);
    if (incident.status === 'open') this.#byId.set(incident.id, incident);
    else this.#byId.delete(incident.id);
    this.#last = incident;
    if (incident.status === 'open' && before === undefined) this.#ring(incident);
    if (incident.status === 'resolved' && before !== undefined) this.#calm(incident);
  }

  forget(): void {
    this.#byId.clear();
    this.#known = false;
  }

  #ring({ id, severity, hostName, ruleName }: Incident): void {
    const kind = severity === 'info' ? 'info' : severity;
    toasts.show({ kind, text: `${hostName}: ${ruleName}`, href: `/incidents/${id}`, topic: id });
  }

  #calm({ id, hostName, ruleName }: Incident): void {
    toasts.show({
      kind: 'success',
      text: `${hostName}: ${ruleName} is resolved`,
      href: `/incidents/${id}`,
      topic: id,
    });
  }
}

export const openIncidents = new OpenIncidents();
