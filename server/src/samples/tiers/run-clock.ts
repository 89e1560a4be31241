/**
 * The time during a run that began at `start`, in UTC ms. A long run that went on with the time of its
 * beginning would take marks for being there that have been rolled up meanwhile.
 */
export function runClock(start: number): () => number {
  const began = performance.now();
  return () => start + (performance.now() - began);
}
