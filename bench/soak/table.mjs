import { number, table } from '../table.mjs';
import { trend, verdict, WARM_UP_FRAMES } from './trend.mjs';

const MIB = 2 ** 20;
const WIDTHS = [8, 10, 9, 9, 9, 9];
/** What is left once garbage is collected, which is all that can tell of a leak. */
const LEFT = ['pss', 'heap'];

const line = (cells) => cells.map((cell, i) => cell.padStart(WIDTHS[i])).join('  ');

export const HEAD = line(['minutes', 'frames', 'RSS MiB', 'PSS left', 'heap left', 'CPU ms']);

/** A sample as a line of the table; CPU is that of a frame since the sample before. */
export function sampleLine({ at, frames, rss, pss, heap, cpu }, before = { frames: 0, cpu: 0 }) {
  const perFrame = (cpu - before.cpu) / (frames - before.frames);
  return line([
    number(at / 60_000, 1),
    number(frames),
    ...[rss, pss, heap].map((bytes) => number(bytes / MIB, 1)),
    number(perFrame, 2),
  ]);
}

/** How memory went after the warm-up: one line for each kind, and whether it stayed as it was. */
export function summary(samples) {
  const { frames: all } = samples.at(-1);
  const warm = samples.filter(({ frames }) => frames >= Math.min(WARM_UP_FRAMES, all / 2));
  const trends = LEFT.map((kind) => {
    const points = warm.map((sample) => ({ x: sample.frames / 10_000, y: sample[kind] / MIB }));
    return { kind, ...trend(points) };
  });
  const rows = trends.map(({ kind, slope, error }) => [
    kind,
    number(slope, 3),
    number(error, 3),
    verdict({ slope, error }, all),
  ]);
  const heading = `growth after the first ${number(warm[0].frames)} frames`;
  return {
    text: table([heading, 'MB / 10,000 frames', '±', ''], rows).join('\n'),
    verdicts: trends.map((growth) => verdict(growth, all)),
  };
}
