/**
 * `npm run soak:agent`: does the agent's memory stay as it is over a day of frames? A built agent reports to a
 * built hub with a MongoDB of its own, twenty times faster than it would. `--frames N` (86,400) and
 * `--interval MS` (50) set how long that takes: 72 minutes. `--runtime PATH` takes another Node.js than this one.
 * Ends with an error when memory grows.
 */
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { giveUp, step } from './setup/terminal.mjs';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '86400' },
    interval: { type: 'string', default: '50' },
    runtime: { type: 'string', default: process.execPath },
  },
});
const [frames, interval] = [Number(values.frames), Number(values.interval)];
if (!(frames >= 1_000 && interval >= 50)) giveUp('At least 1,000 frames are needed, 50 ms apart.');

await build(['shared', 'agent', 'server']);
const { soak } = await import('../bench/soak/run.mjs');
const { HEAD, sampleLine, summary } = await import('../bench/soak/table.mjs');

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stopped.abort());

step(`${frames} frames, one every ${interval} ms: ${Math.ceil((frames * interval) / 60_000)} minutes`);
console.log(`\n${HEAD}`);
let before;
try {
  const samples = await soak({
    frames,
    interval,
    runtime: values.runtime,
    signal: stopped.signal,
    onSample: (sample) => {
      console.log(sampleLine(sample, before));
      before = sample;
    },
  });
  const { text, verdicts } = summary(samples);
  console.log(`\n${text}\n`);
  if (verdicts.includes('not flat')) process.exitCode = 1;
} catch (error) {
  if (!stopped.signal.aborted) throw error;
  process.exitCode = 130;
}
