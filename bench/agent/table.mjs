import { number, table } from '../table.mjs';

const MIB = 2 ** 20;

/** What each program costs, in columns for a terminal. */
export const agentTable = (rows) =>
  table(
    ['once a second, side by side', 'CPU ms/frame', 'CPU s/min', 'RSS MiB', 'PSS MiB', 'anonymous MiB'],
    rows.map(({ name, perFrame, perMinute, rss, pss, anonymous }) => [
      name,
      number(perFrame, 2),
      number(perMinute / 1000, 3),
      number(rss / MIB, 1),
      number(pss / MIB, 1),
      number(anonymous / MIB, 1),
    ]),
  ).join('\n');
