import type { HostState, Presence } from '@tocsin/shared';
import { urgencyOf, type Urgency } from './urgency.js';

/**
 * One host of the overview. Its values change every second, its name and urgency hardly ever: lists that
 * sort by these are only reordered when one of these has changed.
 */
export class HostEntry {
  #state: HostState;
  readonly id: string;
  readonly name = $derived.by(() => this.state.name);
  readonly urgency: Urgency = $derived.by(() => urgencyOf(this.state));
  readonly status = $derived.by(() => this.state.presence.status);

  constructor(state: HostState) {
    this.id = state.id;
    this.#state = $state.raw(state);
  }

  get state(): HostState {
    return this.#state;
  }

  put(state: HostState): void {
    this.#state = state;
  }

  turn(presence: Presence): void {
    this.#state = { ...this.#state, presence };
  }
}
