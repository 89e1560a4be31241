export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A smooth value from -1 to 1 that never repeats in a day: three waves whose periods share no multiple. */
export function wave(t: number, period: number, phase = 0): number {
  const turn = (factor: number) => Math.sin((2 * Math.PI * t) / (period * factor) + phase * factor);
  return (turn(1) * 3 + turn(0.37) * 2 + turn(0.11)) / 6;
}

/** What goes wrong by itself, over and over: long enough each time for the rules that a hub starts with. */
const PERIOD = 10 * MINUTE;
const within = (t: number, from: number, to: number): boolean => {
  const at = t % PERIOD;
  return at >= from * MINUTE && at < to * MINUTE;
};

export const cpuSpikes = (t: number): boolean => within(t, 1, 4.5);
export const workerFails = (t: number): boolean => within(t, 6, 7);
/** Since when the worker is in its present state, for a time when it works: the end of its last failure. */
export const workerSince = (t: number): number => {
  const start = t - (t % PERIOD);
  const [failed, mended] = [start + 6 * MINUTE, start + 7 * MINUTE];
  if (t >= mended) return mended;
  return t >= failed ? failed : mended - PERIOD;
};
