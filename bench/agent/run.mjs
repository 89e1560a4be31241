import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../../scripts/setup/run.mjs';
import { agent, emptyTimer, nodeExporter } from './contestants.mjs';
import { startHub } from './hub.mjs';
import { usageOf } from './process-usage.mjs';

/** So long each runs before it is measured: code is compiled, the first sizes are found. */
const WARM_UP_MS = 20_000;

/**
 * Runs everything side by side, once a second, for so many seconds.
 * @param runtimes names and paths of JavaScript runtimes to run the agent on
 */
export async function benchAgent({ seconds, runtimes, report }) {
  const hub = await startHub();
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-agent-'));
  const running = [];
  try {
    execFileSync('tar', ['-xzf', `${ROOT}agent/dist/agent.tgz`, '-C', folder]);
    const program = join(folder, 'tocsin-agent');
    for (const { name, path } of runtimes) {
      running.push(await emptyTimer(`empty timer, ${name}`, path));
      const stateDir = join(folder, name.replace(/\W/g, '_'));
      await mkdir(stateDir);
      running.push(await agent(`Tocsin agent, ${name}`, path, { hub, program, stateDir }));
    }
    running.push(await nodeExporter('node_exporter, its defaults', false));
    running.push(await nodeExporter('node_exporter, minimal', true));
    report(`warming up (${WARM_UP_MS / 1000} s)`);
    await wait(WARM_UP_MS);
    report(`${running.length} programs side by side (${seconds} s)`);
    const before = await Promise.all(running.map(marked));
    await wait(seconds * 1000);
    const after = await Promise.all(running.map(marked));
    return running.map(({ name }, i) => between(name, before[i], after[i]));
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const marked = async ({ pid, frames }) => ({
  ...(await usageOf(pid)),
  frames: frames(),
  at: performance.now(),
});

function between(name, before, after) {
  const cpu = after.cpu - before.cpu;
  const seconds = (after.at - before.at) / 1000;
  const frames = after.frames - before.frames;
  const { rss, pss, anonymous } = after;
  return {
    name,
    perFrame: cpu / (Number.isNaN(frames) ? seconds : frames),
    perMinute: (cpu / seconds) * 60,
    rss,
    pss,
    anonymous,
  };
}
