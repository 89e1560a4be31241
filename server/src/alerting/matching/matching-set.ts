import type { Incident, matcherOf } from '@tocsin/shared';

interface Matching {
  fits: ReturnType<typeof matcherOf>;
}

/**
 * Things that fit incidents, as they are at one time; a change makes a new set. Each open incident is held against them
 * every second, so which ones fit is worked out once, and again when the incident or the tags of its host are others.
 */
export class MatchingSet<Item extends Matching> {
  readonly #known = new WeakMap<Incident, { tags: readonly string[]; items: readonly Item[] }>();

  constructor(readonly all: readonly Item[] = []) {}

  /** @param tags the same array as long as they are the same */
  fitting(incident: Incident, tags: readonly string[]): readonly Item[] {
    const known = this.#known.get(incident);
    if (known !== undefined && known.tags === tags) return known.items;
    const items = this.all.filter(({ fits }) => fits(incident, tags));
    this.#known.set(incident, { tags, items });
    return items;
  }
}
