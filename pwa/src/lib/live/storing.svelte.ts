import { STORING_BEHIND_MS, type StoringState } from '@tocsin/shared';
import { live } from './connection.svelte.js';

/** Whether what is on the screen is on the hub's disk. */
class Storing {
  #behind = $state.raw<StoringState>();

  constructor() {
    live.socket.on('storing', (state) => {
      this.#behind = state.refusing || state.lagMs >= STORING_BEHIND_MS ? state : undefined;
    });
    // The next connection tells it anew.
    live.socket.on('disconnect', () => (this.#behind = undefined));
  }

  /** Undefined while the database keeps up. */
  get behind(): StoringState | undefined {
    return this.#behind;
  }
}

export const storing = new Storing();
