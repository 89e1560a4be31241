/** Assumed of a host that has posted once, in ms. */
export const ASSUMED_GAP_MS = 60_000;
/** However often a host posts, its gap counts as no less and no more than this, in ms. */
const GAP_AT_LEAST_MS = 10_000;
const GAP_AT_MOST_MS = 3_600_000;
/** What is posted within this time, in ms, is one post: a job may send a dozen readings one by one. */
const AT_ONCE_MS = 5_000;
/** So many gaps are looked at. */
const GAPS_KEPT = 10;
/** From so many gaps on they say enough by themselves. */
const GAPS_ENOUGH = 3;

/**
 * How often a host posts, told from when it did. Of the last gaps the second longest counts: one outage
 * does not make a host seem slow, and several scripts that post one after the other do not make it seem
 * fast. As long as little is known the longest one counts, and no less than what was assumed.
 */
export class PostRhythm {
  readonly #gaps: number[] = [];
  #postedAt?: number;

  /** @param assumed what the gap is taken for at first, in ms */
  constructor(private readonly assumed = ASSUMED_GAP_MS) {}

  /** In ms. */
  get gap(): number {
    const longest = [...this.#gaps].sort((a, b) => b - a);
    const gap =
      longest.length < GAPS_ENOUGH ? Math.max(this.assumed, longest[0] ?? 0) : (longest[1] ?? this.assumed);
    return Math.min(GAP_AT_MOST_MS, Math.max(GAP_AT_LEAST_MS, gap));
  }

  /** The host posted. @param now UTC ms */
  posted(now: number): void {
    if (this.#postedAt !== undefined) {
      const gap = now - this.#postedAt;
      // A clock that was set back begins a new gap.
      if (gap >= 0 && gap < AT_ONCE_MS) return;
      this.#gaps.push(Math.max(0, gap));
      if (this.#gaps.length > GAPS_KEPT) this.#gaps.shift();
    }
    this.#postedAt = now;
  }

  /** The hub stood still for `ms`, or its clock was set: that is no part of a gap. */
  pardon(ms: number): void {
    if (this.#postedAt !== undefined) this.#postedAt += ms;
  }
}
