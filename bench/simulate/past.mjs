import { hash } from './noise.mjs';

const DAY = 86_400_000;
/** A hub keeps every frame for 30 days and minutes for 90, unless told otherwise: older frames are sparser. */
const SPARSER = [
  { beforeMs: 90 * DAY, intervalMs: 600_000 },
  { beforeMs: 30 * DAY, intervalMs: 60_000 },
];
/** Numbers of the frames of a start count this, in ms, so that they do not depend on the interval. */
const NUMBER_MS = 50;

/**
 * What a host reported from `from` up to `to`, in UTC ms, as runs of frames of one start of its agent. Frames are at
 * whole multiples of the interval, so that asking again for the same time gives the same frames.
 * @param {{ from: number, to: number, intervalMs: number, whole: boolean, size: number }} options
 *   `whole`: as many frames long ago as of late; `size`: frames of a run at most
 * @returns {Generator<{ bootId: string, frames: { seq: number, t: number, cpu: { usage: number } }[] }>}
 */
export function* pastOf(host, { from, to, intervalMs, whole, size }) {
  let run;
  for (let t = Math.ceil(from / intervalMs) * intervalMs; t < to;) {
    const step = whole ? intervalMs : intervalAt(t, to, intervalMs);
    const { state, boot, bootedAt, until } = host.lifeAt(t);
    if (state !== 'up') {
      t = Math.ceil(until / step) * step;
      continue;
    }
    const bootId = bootIdOf(host, boot);
    if (run !== undefined && (run.bootId !== bootId || run.frames.length >= size)) {
      yield run;
      run = undefined;
    }
    run ??= { bootId, frames: [] };
    run.frames.push({ seq: Math.floor((t - bootedAt) / NUMBER_MS), ...host.frameAt(t, step) });
    t = Math.floor(t / step + 1) * step;
  }
  if (run !== undefined) yield run;
}

function intervalAt(t, to, intervalMs) {
  const sparse = SPARSER.find(({ beforeMs }) => t < to - beforeMs);
  return Math.max(intervalMs, sparse?.intervalMs ?? 0);
}

export const bootIdOf = (host, boot) =>
  [hash(host.seed, boot, 1), hash(host.seed, boot, 2)]
    .map((part) => part.toString(16).padStart(8, '0'))
    .join('');
