/** A stretch of time, in UTC ms: up to but not including `to`. */
export interface Span {
  from: number;
  to: number;
}

/** Divides a span of whole steps into stretches that are stale and ones that are not, in order of time. */
export function runsOf(
  { from, to }: Span,
  stepMs: number,
  stale: ReadonlySet<number>,
): (Span & { stale: boolean })[] {
  const runs: (Span & { stale: boolean })[] = [];
  const add = (run: Span & { stale: boolean }) => {
    const last = runs.at(-1);
    if (last !== undefined && last.stale === run.stale) last.to = run.to;
    else if (run.to > run.from) runs.push(run);
  };
  let at = from;
  for (const start of [...stale].sort((a, b) => a - b)) {
    if (start + stepMs <= from || start >= to) continue;
    add({ from: at, to: start, stale: false });
    at = start + stepMs;
    add({ from: start, to: at, stale: true });
  }
  add({ from: at, to, stale: false });
  return runs;
}
