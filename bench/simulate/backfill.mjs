import { setTimeout as wait } from 'node:timers/promises';
import { post } from './hub-api.mjs';
import { pastOf } from './past.mjs';

/** Of one request; a body may have 1,000,000 bytes, and a frame has some 1,300. */
const FRAMES = 500;
/** Requests of one host that wait for the disk at the same time: a hub reads 8 MB of a host at once. */
const AT_ONCE = 10;
const HOSTS_AT_ONCE = 4;

/**
 * Sends what the hosts reported in the past, through `POST /data`, which is there for old records.
 * @param {Map<object, { key: string }>} keys
 * @param {{ hub: string, from: number, to: number, intervalMs: number, whole: boolean, speed: number }} options
 *   `speed`: how many times faster than it was; Infinity for as fast as the hub takes it
 * @param {{ sent: number, stored: number }} counts grows while it goes on
 */
export async function backfill(keys, options, counts, signal) {
  const queue = [...keys];
  const begun = Date.now();
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await sendPast(next[0], next[1].key, options, { begun, counts, signal });
    }
  };
  // At a given speed all hosts go on together.
  const workers = options.speed === Infinity ? HOSTS_AT_ONCE : queue.length;
  await Promise.all(Array.from({ length: workers }, work));
}

async function sendPast(host, key, { hub, from, speed, ...range }, { begun, counts, signal }) {
  const under = new Set();
  const runs = pastOf(host, { from, ...range, size: FRAMES });
  let failure;
  for (const run of runs) {
    if (failure !== undefined) break;
    const due = begun + (run.frames.at(-1).t - from) / speed - Date.now();
    if (due > 0) await wait(due, undefined, { signal });
    counts.sent += run.frames.length;
    const request = post(hub, { path: '/data', body: run, headers: { 'X-API-Key': key }, signal })
      .then((answer) => {
        counts.stored += answer.stored;
        const [refused] = answer.refused;
        if (refused) throw new Error(`The hub refused a frame of ${host.name}: ${refused.message}`);
      })
      .catch((error) => (failure ??= error))
      .finally(() => under.delete(request));
    under.add(request);
    if (under.size >= AT_ONCE) await Promise.race(under);
  }
  await Promise.all(under);
  if (failure !== undefined) throw failure;
}
