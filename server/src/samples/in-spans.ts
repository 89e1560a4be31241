import type { Span } from './tiers/runs.js';

/** A stretch of no more steps than this is asked for step by step, many such stretches at once. */
const SHORT_STEPS = 12;
const STEPS_PER_QUERY = 2_000;

/** What a time must be. */
export type TimeFilter = { $gte: Date; $lt: Date } | { $in: Date[] };

/**
 * Filters that together find what lies within the stretches, each by whole steps: a range for each long one,
 * and lists of steps for the short ones. A query for each of thousands of short ones would take seconds.
 */
export function inSpans(spans: readonly Span[], stepMs: number): TimeFilter[] {
  const ranges: TimeFilter[] = [];
  const steps: Date[] = [];
  for (const { from, to } of spans) {
    if (to - from > SHORT_STEPS * stepMs) ranges.push({ $gte: new Date(from), $lt: new Date(to) });
    else for (let at = from; at < to; at += stepMs) steps.push(new Date(at));
  }
  for (let at = 0; at < steps.length; at += STEPS_PER_QUERY) {
    ranges.push({ $in: steps.slice(at, at + STEPS_PER_QUERY) });
  }
  return ranges;
}
