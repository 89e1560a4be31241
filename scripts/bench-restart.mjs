/**
 * `npm run bench:restart`: how long a fleet takes to come back after its hub was killed, and whether anybody is
 * told that hosts were lost. `--hosts N` sets its size.
 */
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { step } from './setup/terminal.mjs';

const { values } = parseArgs({ options: { hosts: { type: 'string', default: '5000' } } });

await build(['shared', 'server']);
const { measureRestart } = await import('../bench/restart.mjs');
const { forTerminal, number } = await import('../bench/table.mjs');
const result = await measureRestart(Number(values.hosts), (what) => step(`Measuring: ${what}`));
const seconds = (ms) => number(ms / 1_000, 1);
console.log(
  `\n${forTerminal({
    head: [`${result.hosts} agents, hub killed and started again`, 'measured', 'target'],
    rows: [
      ['new hub answers after, s', seconds(result.answered), ''],
      ['half of the agents are back after, s', seconds(result.half), ''],
      ['all are back after, s', seconds(result.all), '≤ 20'],
      ['what had waited is acknowledged after, s', seconds(result.caughtUp), ''],
      [
        '“host is lost” before and within a minute',
        `${result.before.lost} and ${result.after.lost}`,
        '0 and 0',
      ],
      ['other incidents before and after', `${result.before.other} and ${result.after.other}`, ''],
      ['frames refused, given up by agents', `${result.refused} and ${result.dropped}`, '0 and 0'],
    ],
  })}\n`,
);
