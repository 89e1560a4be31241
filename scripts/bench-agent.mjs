/**
 * `npm run bench:agent`: what the agent costs a host, beside Prometheus' node_exporter and the bare runtime.
 * `--seconds N` sets the length; `--runtime NAME=PATH`, repeatable, adds another runtime for comparison.
 */
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { aptInstall, onPath } from './setup/programs.mjs';
import { giveUp, step } from './setup/terminal.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    runtime: { type: 'string', multiple: true, default: [] },
  },
});

if (!onPath('prometheus-node-exporter') && !onPath('node_exporter'))
  await aptInstall('prometheus-node-exporter');
if (!onPath('prometheus-node-exporter') && !onPath('node_exporter')) {
  giveUp(
    'The agent is measured beside node_exporter, which is not there.',
    'Install it, for instance: sudo apt install prometheus-node-exporter',
  );
}
await build(['shared', 'agent']);
const { benchAgent } = await import('../bench/agent/run.mjs');
const { agentTable } = await import('../bench/agent/table.mjs');
const own = { name: `Node ${process.versions.node}`, path: process.execPath };
const others = values.runtime.map((given) => {
  const [name, path] = given.split('=');
  return { name, path };
});
const rows = await benchAgent({
  seconds: Number(values.seconds),
  runtimes: [own, ...others],
  report: (what) => step(`Measuring: ${what}`),
});
console.log(`\n${agentTable(rows)}\n`);
