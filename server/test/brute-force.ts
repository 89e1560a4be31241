import fc from 'fast-check';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A frame as the specs of the tiers make it; `seq` tells frames apart. */
export interface TestFrame {
  seq: number;
  /** UTC ms. */
  t: number;
  values: Record<string, number>;
}

/** Of one series in one step, in tenths. */
export interface Summary {
  min: number;
  max: number;
  sum: number;
  count: number;
}

const KEYS = ['cpu.usage', 'disk.usage:/', 'disk.usage:/var', 'ram.usage'];
const percent = fc.integer({ min: 0, max: 1_000 }).map((tenths) => tenths / 10);

/** Frames over three days, some close together, in the order of their `seq`. */
export const someFrames = (begin: number) =>
  fc
    .array(
      fc.record({
        at: fc.oneof(fc.integer({ min: 0, max: 3 * DAY - 1 }), fc.integer({ min: 0, max: 2 * HOUR })),
        values: fc.dictionary(fc.constantFrom(...KEYS), percent, { minKeys: 1 }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((frames) => frames.map(({ at, values }, seq): TestFrame => ({ seq, t: begin + at, values })));

/** The same frames in any order, and some of them twice. */
export function inDisorder(frames: readonly TestFrame[], random: () => number): TestFrame[] {
  return [...frames, ...frames.filter(() => random() % 3 === 0)]
    .map((frame) => ({ frame, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ frame }) => frame);
}

/** What is left of each step, by its start and by series. Each `seq` counts once. */
export function bruteForce(
  frames: readonly TestFrame[],
  stepMs: number,
): Record<string, Record<string, Summary>> {
  const steps: Record<string, Record<string, Summary>> = {};
  const distinct = new Map(frames.map((frame) => [frame.seq, frame]));
  for (const { t, values } of distinct.values()) {
    const step = (steps[new Date(Math.floor(t / stepMs) * stepMs).toISOString()] ??= {});
    for (const [key, value] of Object.entries(values)) {
      const tenths = Math.round(value * 10);
      const summary = (step[key] ??= { min: Infinity, max: -Infinity, sum: 0, count: 0 });
      summary.min = Math.min(summary.min, tenths);
      summary.max = Math.max(summary.max, tenths);
      summary.sum += tenths;
      summary.count += 1;
    }
  }
  return steps;
}
