import type { Cursor, HostState, OverviewDelta, OverviewSnapshot } from '@tocsin/shared';
import { SvelteMap } from 'svelte/reactivity';
import { clock } from '../state/clock.svelte.js';
import { isLiveError, live } from './connection.svelte.js';
import { HostEntry } from './host-entry.svelte.js';
import { openIncidents } from './open-incidents.svelte.js';
import { quiet } from './quiet.svelte.js';
import { changed, goneIn, isNews } from './overview-merge.js';

/** Every host with its newest values, kept up by the hub's deltas. */
class Overview {
  readonly #hosts = new SvelteMap<string, HostEntry>();
  #loaded = $state(false);
  #cursor: Cursor | undefined;

  constructor() {
    live.onOpen(() => void this.#catchUp());
    live.socket.on('overview', (delta) => {
      if (isNews(this.#cursor, delta)) this.#follow(delta);
    });
    live.socket.on('presence', ({ hostId, presence }) => this.#hosts.get(hostId)?.turn(presence));
    live.socket.on('incident', (incident) => openIncidents.take(incident));
  }

  /** False until the first snapshot: an empty list does not yet mean that there are no hosts. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get hosts(): ReadonlyMap<string, HostEntry> {
    return this.#hosts;
  }

  start(): void {
    live.open(() => this.#catchUp());
  }

  /** Forgets everything: the next person who signs in may see other hosts. */
  stop(): void {
    live.close();
    this.#hosts.clear();
    this.#cursor = undefined;
    this.#loaded = false;
    openIncidents.forget();
    quiet.forget();
  }

  /** Shows what the API has already confirmed, without waiting for the next delta. */
  remove(hostId: string): void {
    this.#hosts.delete(hostId);
  }

  async #catchUp(): Promise<void> {
    const snapshot = await live.socket.emitWithAck(
      'watchOverview',
      this.#cursor ? { cursor: this.#cursor } : {},
    );
    if (isLiveError(snapshot)) return;
    this.#replace(snapshot);
    openIncidents.replace(snapshot.openIncidents);
    this.#loaded = true;
  }

  #replace(snapshot: OverviewSnapshot): void {
    clock.adjust(snapshot.at);
    this.#cursor = snapshot.cursor;
    for (const id of goneIn(snapshot, this.#hosts.keys())) this.#hosts.delete(id);
    for (const state of snapshot.hosts) this.#put(state);
  }

  #follow(delta: OverviewDelta): void {
    clock.adjust(delta.at);
    this.#cursor = delta.cursor;
    for (const id of delta.removed) this.#hosts.delete(id);
    for (const change of delta.hosts) {
      const state = changed(this.#hosts.get(change.id)?.state, change);
      if (state !== undefined) this.#put(state);
    }
  }

  #put(state: HostState): void {
    const entry = this.#hosts.get(state.id);
    if (entry) entry.put(state);
    else this.#hosts.set(state.id, new HostEntry(state));
  }
}

export const overview = new Overview();
