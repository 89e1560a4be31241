import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { usageOf } from '../agent/process-usage.mjs';
import { startAgent, startHub } from './programs.mjs';

const SAMPLE_EVERY_MS = 60_000;
/** A short run is looked at more often, so that there is something to draw a line through. */
const SAMPLES_AT_LEAST = 30;
/** A run that takes so much longer than it should is given up. */
const PATIENCE = 1.5;
const START_MS = 60_000;

/**
 * Lets an agent report to a hub of its own, and looks at its memory until it has sent so many frames.
 * @param {{ frames: number, interval: number, runtime: string, onSample: (sample: object) => void, signal: AbortSignal }} options
 * `interval` in ms, `runtime` the path of a Node.js
 * @returns all samples: frames that the hub has on disk, CPU in ms, and memory in bytes: `rss` as it comes, `pss`
 * and `heap` once garbage is collected
 * @throws when a program ends by itself, frames are lost, or it takes far too long
 */
export async function soak({ frames, interval, runtime, onSample, signal }) {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-soak-'));
  const programs = [];
  try {
    const hub = await startHub(folder);
    programs.unshift(hub);
    const agent = await startAgent(folder, hub, { interval, runtime });
    programs.unshift(agent);
    const watched = watch({ agent, frames, interval, onSample, signal });
    return await Promise.race([watched, hub.ended, agent.ended]);
  } finally {
    for (const program of programs) await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch({ agent, frames, interval, onSample, signal }) {
  const expected = frames * interval;
  const every = Math.max(2_000, Math.min(SAMPLE_EVERY_MS, expected / SAMPLES_AT_LEAST));
  const begun = performance.now();
  const samples = [];
  for (;;) {
    await wait(every, undefined, { signal });
    const { acknowledged, dropped = 0 } = (await agent.status())?.frames ?? {};
    if (dropped > 0) throw new Error(`the agent gave up ${dropped} frames`);
    const at = performance.now() - begun;
    const { rss, cpu } = await usageOf(agent.pid);
    const heap = await agent.heap();
    const { pss } = await usageOf(agent.pid);
    const sample = { at, frames: (acknowledged?.seq ?? -1) + 1, cpu, rss, pss, heap };
    samples.push(sample);
    onSample(sample);
    if (sample.frames >= frames) return samples;
    if (at > START_MS + PATIENCE * expected) {
      throw new Error(`only ${sample.frames} of ${frames} frames came in ${Math.round(at / 1000)} s`);
    }
  }
}
