/** A stretch of time, in UTC ms: up to but not including `to`. */
export interface Span {
  from: number;
  to: number;
}

/** Steps that begin at these times as stretches, in order of time and no two of them side by side. */
export function spansOf(starts: Iterable<number>, stepMs: number): Span[] {
  const spans: Span[] = [];
  for (const start of [...new Set(starts)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.to === start) last.to = start + stepMs;
    else spans.push({ from: start, to: start + stepMs });
  }
  return spans;
}

/** What of the stretches lies outside the holes. Both are in order of time and do not overlap; so is what is left. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  const left: Span[] = [];
  let next = 0;
  for (const { from, to } of spans) {
    let at = from;
    while (next < holes.length && holes[next]!.to <= from) next += 1;
    for (let i = next; i < holes.length && holes[i]!.from < to; i += 1) {
      const hole = holes[i]!;
      if (hole.from > at) left.push({ from: at, to: hole.from });
      at = Math.max(at, hole.to);
    }
    if (at < to) left.push({ from: at, to });
  }
  return left;
}

/** What of the stretches lies within a time. */
export function within(spans: readonly Span[], { from, to }: Span): Span[] {
  return spans
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.from < span.to);
}
