import { VALUES } from './frame.mjs';

const row = (cells, widths) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('   ');

export function table(head, rows) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i].length)));
  return [
    row(head, widths),
    widths.map((width) => '─'.repeat(width)).join('   '),
    ...rows.map((r) => row(r, widths)),
  ];
}

export const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '–';

/** What was measured, in words and columns for a terminal. */
export function inTables({ echo, inserts, stages, paced, day, disk }) {
  const { accept, all } = stages;
  const line = (name, { perSecond, cpu }, beside) => [
    name,
    perSecond === undefined ? '' : number(perSecond),
    number(cpu, 1),
    beside,
  ];
  const more = (name) => ({ cpu: stages[name].cpu - accept.cpu });
  const times = (cpu, of) => `${number(cpu / of.cpu, 2)} ×`;
  return [
    ...table(
      ['stage (at 10,000 frames/s)', 'most frames/s', 'CPU µs/frame', 'beside'],
      [
        line('bare Socket.IO echo with ack', echo, '1 × echo'),
        line('bare insertMany, 1,000 documents', inserts, '1 × insertMany'),
        line('accept (parse, check, presence, ack)', accept, `${times(accept.cpu, echo)} echo`),
        line('+ evaluate (the default rules)', more('evaluate'), `${times(more('evaluate').cpu, echo)} echo`),
        line('+ store', more('store'), `${times(more('store').cpu, inserts)} insertMany`),
        line('+ publish (20 dashboards)', more('publish'), `${times(more('publish').cpu, echo)} echo`),
        line('all together', all, `${times(all.cpu, echo)} echo`),
      ],
    ),
    '',
    ...table(
      ['1,000 hosts × 1 frame/s, 20 dashboards', 'measured', 'target'],
      [
        ['hub CPU per frame, µs', number(paced.cpu), '≤ 160 at 5,000 hosts'],
        ['hub CPU, share of a core', `${number(paced.core * 100)} %`, '≤ 30 %'],
        ['hub RSS, MB', number(paced.rss / 2 ** 20), '≤ 200'],
        ['mongod CPU per frame, its idle cost included, µs', number(paced.mongod, 1), '≤ 5'],
        ['frame → durable acknowledgement, p50, ms', number(paced.acked.p50), ''],
        ['frame → durable acknowledgement, p99, ms', number(paced.acked.p99), '≤ 1,500'],
        ['frame → host page’s socket, p50, ms', number(paced.shown.p50, 1), ''],
        ['frame → host page’s socket, p99, ms', number(paced.shown.p99, 1), '≤ 25'],
        ['24 h of one host, 300 points, warm, ms', number(day), '≤ 50'],
        [`disk per sample of ${VALUES} metrics, bytes`, number(disk, 1), VALUES === 18 ? '≤ 30' : ''],
      ],
    ),
  ].join('\n');
}
