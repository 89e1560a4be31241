// The simulated hosts, in a process of their own: what `npm run simulate` starts beside or instead of a hub.
import { join } from 'node:path';
import { backfill } from './backfill.mjs';
import { Fleet } from './fleet.mjs';
import { keysOf } from './keys.mjs';
import { FleetCounts } from './live-agent.mjs';
import { HELP, readOptions, UsageError } from './options.mjs';
import { SimulatedHost } from './simulated-host.mjs';
import { StatusLine } from './status-line.mjs';

const STORED_WITHIN_MS = 10_000;

async function main() {
  const options = readOptions(process.argv.slice(2), Date.now());
  if (options.help) return console.log(HELP);
  if (options.hub === undefined) throw new UsageError('--hub is missing: the address of the hub.');
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopped.abort());
  // Whoever started this is gone.
  process.once('disconnect', () => stopped.abort());
  try {
    await simulate(options, stopped.signal);
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
  }
  process.disconnect?.();
}

async function simulate({ hub, hosts: count, seed, ...options }, signal) {
  const hosts = Array.from({ length: count }, (_, n) => new SimulatedHost(n, seed));
  const file = options.keys ?? join(import.meta.dirname, '../../data/simulation/keys.json');
  const keys = await keysOf({ hub, hosts, file, token: () => tokenFrom(options.token), signal });
  if (options.from !== undefined) await sendPast(keys, { hub, ...options }, signal);
  if (!options.pastOnly) await report(keys, { hub, ...options }, signal);
}

function tokenFrom(token) {
  if (token) return token;
  throw new UsageError(
    'These hosts are not known to the hub yet: give --token an enrolment token (Hosts → Add hosts).',
  );
}

async function sendPast(keys, options, signal) {
  const counts = { sent: 0, stored: 0 };
  const begun = performance.now();
  const perSecond = () => Math.round((counts.stored * 1_000) / (performance.now() - begun));
  const line = new StatusLine(() => `past: ${counts.stored} frames stored, ${perSecond()} a second`);
  try {
    // What passes while the past is sent is past as well.
    for (let { from } = options, to = Date.now(); to - from > 2 * options.intervalMs; to = Date.now()) {
      await backfill(keys, { ...options, from, to }, counts, signal);
      from = to;
    }
  } finally {
    line.end();
  }
}

async function report(keys, { hub, intervalMs, forMs }, signal) {
  const counts = new FleetCounts();
  const fleet = new Fleet(keys, { hub, intervalMs, counts });
  let before = 0;
  const line = new StatusLine(() => {
    const { sent, acknowledged, connected, refused, refusal, latencies } = counts;
    const last = latencies.splice(0).sort((a, b) => a - b);
    const at = (share) => Math.round(last[Math.floor(share * (last.length - 1))] ?? 0);
    const text =
      `${connected}/${keys.size} connected, ${sent - before} frames in this second, ` +
      `acknowledged ${acknowledged} of ${sent} (p50 ${at(0.5)}, p99 ${at(0.99)} ms), refused ${refused}` +
      (refusal ? `: ${refusal}` : '');
    before = sent;
    return text;
  });
  const ended = new AbortController();
  const end = () => ended.abort();
  signal.addEventListener('abort', end);
  // A signal of a time alone may be collected before its time, together with what waits for it.
  if (forMs !== undefined) setTimeout(end, forMs);
  if (signal.aborted) end();
  try {
    await fleet.run(ended.signal);
    const overdue = Date.now() + STORED_WITHIN_MS;
    while (fleet.waiting > 0 && Date.now() < overdue) await new Promise((done) => setTimeout(done, 50));
  } finally {
    await fleet.leave();
    line.end();
  }
  if (fleet.waiting > 0) throw new Error(`${fleet.waiting} frames were not acknowledged.`);
}

main().catch((error) => {
  console.error(`simulate: ${error instanceof UsageError ? `${error.message} See --help.` : error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
  process.disconnect?.();
});
