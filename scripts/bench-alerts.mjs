/**
 * `npm run bench:alerts`: how late alarms are at a dashboard, what is told when the hub is restarted and when all
 * hosts go at once, and what holding a frame against the rules costs. `--hosts N`, `--rules N`.
 */
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { must } from './setup/run.mjs';
import { step } from './setup/terminal.mjs';

const { values } = parseArgs({
  options: { hosts: { type: 'string', default: '1000' }, rules: { type: 'string', default: '10' } },
});

await build(['shared', 'server']);
const { measureAlerts } = await import('../bench/alerts.mjs');
const { forTerminal, number } = await import('../bench/table.mjs');
const fleet = { hosts: Number(values.hosts), rules: Number(values.rules) };
const { late, before, restarted, gone } = await measureAlerts(fleet, (what) => step(`Measuring: ${what}`));
console.log(
  `\n${forTerminal({
    head: [`${fleet.hosts} hosts at one frame a second, ${fleet.rules} rules each`, 'measured', 'target'],
    rows: [
      ['incidents measured', number(late.incidents), ''],
      ['frame that completes `for` → incident at a dashboard, p50, ms', number(late.p50, 1), ''],
      ['the same, p99, ms', number(late.p99, 1), '≤ 50'],
      [
        'messages to one person after the hub was killed and back',
        number(restarted.messages - before.messages),
        '0',
      ],
      ['incidents that this opened', number(restarted.incidents - before.incidents), '0'],
      ['all hosts go at once: open rows in the list', number(gone.open), number(fleet.hosts)],
      ['messages to one person about it', number(gone.messages - restarted.messages), '1'],
    ],
  })}\n`,
);
await must(process.execPath, ['bench/evaluation.mjs']);
