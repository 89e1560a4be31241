import { furtherFrames } from './curve.mjs';
import { VALUES } from './frame.mjs';
import { number } from './table.mjs';

const MB = 2 ** 20;
const BESZEL_ROW_BYTES = 495;
const MINUTES_OF_DAY = 1_440;

const times = (value, of) => `${number(value / of, 2)} ×`;

/** What was measured, as titled tables. */
export const sectionsOf = (result) => [
  { title: 'Each part beside its floor', table: stages(result) },
  { title: '1,000 hosts at one frame a second, 20 dashboards', table: paced(result) },
  { title: 'What a host costs', table: curve(result), note: flatness(result) },
  { title: 'A year of one host', table: ranges(result), note: filling(result) },
  { title: 'A host and day on disk', table: onDisk(result) },
  { title: 'Forms in which samples could be kept', table: forms(result), note: FORMS },
];

function stages({ echo, inserts, stages, day, storm }) {
  const { accept, all } = stages;
  const more = (name) => stages[name].cpu - accept.cpu;
  const line = (name, cpu, beside, perSecond) => [
    ...[name, number(cpu, 1), beside],
    perSecond === undefined ? '' : number(perSecond),
  ];
  return {
    head: ['part (frames at 10,000 a second)', 'CPU µs', 'beside', 'at most a second'],
    rows: [
      line('bare Socket.IO echo with acknowledgement, a frame', echo.cpu, '1 × echo', echo.perSecond),
      line('ingest: accept, a frame', accept.cpu, `${times(accept.cpu, echo.cpu)} echo`, accept.perSecond),
      line(
        'evaluate: the default rules, a frame',
        more('evaluate'),
        `${times(more('evaluate'), echo.cpu)} echo`,
      ),
      line('bare insertMany, 1,000 documents, a document', inserts.cpu, '1 × insertMany', inserts.perSecond),
      line('store, a frame', more('store'), `${times(more('store'), inserts.cpu)} insertMany`),
      line('bare broadcast to 20 sockets, a message', echo.broadcast, '1 × broadcast'),
      line(
        'publish and fan-out: 20 dashboards, a frame',
        more('publish'),
        `${times(more('publish'), echo.broadcast)} broadcast`,
      ),
      line('all together, a frame', all.cpu, `${times(all.cpu, echo.cpu)} echo`, all.perSecond),
      line('bare connect, a connection', echo.storm.cpu, '1 × connect', 1e6 / echo.storm.ms),
      line(
        'connect storm: 1,000 agents, a connection',
        storm.cpu,
        `${times(storm.cpu, echo.storm.cpu)} connect`,
        1e6 / storm.ms,
      ),
      ['bare find of a day’s 1,440 minutes', `${number(day.find, 1)} ms`, '1 × find', ''],
      ['query: a day in 300 points', `${number(day.query, 1)} ms`, `${times(day.query, day.find)} find`, ''],
    ],
  };
}

function paced({ paced, day, disk }) {
  return {
    head: ['', 'measured', 'target'],
    rows: [
      ['hub CPU per frame, µs', number(paced.cpu), '≤ 160 at 5,000 hosts'],
      ['hub CPU, share of a core', `${number(paced.core * 100)} %`, '≤ 30 %'],
      ['hub RSS, MB', number(paced.rss / MB), '≤ 200'],
      ['mongod CPU per frame, its idle cost included, µs', number(paced.mongod, 1), '≤ 5'],
      ['frame → durable acknowledgement, p50, ms', number(paced.acked.p50), ''],
      ['frame → durable acknowledgement, p99, ms', number(paced.acked.p99), '≤ 1,500'],
      ['frame → host page’s socket, p50, ms', number(paced.shown.p50, 1), ''],
      ['frame → host page’s socket, p99, ms', number(paced.shown.p99, 1), '≤ 25'],
      ['24 h of one host, 300 points, warm, ms', number(day.query), '≤ 50'],
      [`disk per sample of ${VALUES} metrics, bytes`, number(disk, 1), VALUES === 18 ? '≤ 30' : ''],
    ],
  };
}

function curve({ curve: { idle, fleets } }) {
  const further = furtherFrames(fleets);
  const perSecond = (cpu) => `${number((cpu / idle.ms) * 0.1, 1)} %`;
  return {
    head: [
      ...['hosts', 'hub CPU, µs a frame', 'µs for one more frame', 'of a core', 'mongod, µs a frame'],
      ...[
        'hub RSS, MB',
        'kB a host',
        'all connected within, s',
        'frame → page p99, ms',
        '→ overview p99, ms',
      ],
    ],
    rows: [
      [
        ...['none', '', '', perSecond(idle.cpu), `${perSecond(idle.mongod)} of a core`],
        ...[number(idle.rss / MB), '', '', '', ''],
      ],
      ...fleets.map((fleet, i) => [
        number(fleet.hosts),
        number(fleet.cpu),
        i === 0 ? '' : number(further[i]),
        `${number(fleet.core * 100, 1)} %`,
        number(fleet.mongod, 1),
        number(fleet.rss / MB),
        number(fleet.rssPerHost / 1_000),
        number(fleet.connectMs / 1_000, 1),
        number(fleet.shown.p99, 1),
        number(fleet.surveyed.p99),
      ]),
    ],
  };
}

function flatness({ curve: { spread, flat, fleets } }) {
  const { hosts, overviewBytes, overviewCpu } = fleets.find((fleet) => fleet.hosts >= 1_000);
  const half = (value) => number((value / hosts) * 500, 1);
  return [
    `What one more frame costs is ${flat ? 'flat within 20 %' : 'not flat within 20 %'} from 100 hosts on: ${number(spread * 100)} % apart.`,
    'With few hosts the rest counts for more: a journal that is written twice a second, and 20 dashboards that are told four times a second.',
    `Opening the overview costs ${half(overviewBytes / 1_000)} kB on the wire and ${half(overviewCpu / 1_000)} ms of the hub for 500 hosts (measured with ${number(hosts)}, which are alike and so compress well; targets 100 kB and 50 ms).`,
    'That 5,000 agents are connected within some seconds is a hub that was there; after a restart each of them waits up to half a second first, and then up to ten.',
  ].join(' ');
}

function ranges({ year }) {
  return {
    head: ['range, 300 points, 15 metrics', 'step, s', 'first, ms', 'median, ms', 'worst, ms', 'target'],
    rows: year.ranges.map(({ name, step, first, median, worst }) => [
      ...[name, number(step / 1_000), number(first), number(median), number(worst)],
      name === '24 h' ? '≤ 50' : '≤ 200',
    ]),
  };
}

const filling = ({ year: { filled } }) =>
  `${number(filled.frames)} frames of ${filled.series} values: the last 30 days by the second, the 60 before by the minute, the rest by ten minutes. Stored in ${number(filled.storeMs / 1_000)} s, rolled up in ${number(filled.rollUpMs / 1_000)} s.`;

function onDisk({ year: { filled, tiers } }) {
  const all = [
    ['every second', filled.raw.raw],
    ['by the minute', filled.raw['1m']],
    ...tiers.map(({ tier, bytes }) => [
      `by ${{ '10m': 'ten minutes', '1h': 'the hour', '1d': 'the day' }[tier]}`,
      bytes,
    ]),
  ];
  const beszel = BESZEL_ROW_BYTES * MINUTES_OF_DAY;
  return {
    head: [`kept, ${filled.series} values`, 'bytes a host and day', 'beside Beszel’s rows, one a minute'],
    rows: [
      ...all.map(([name, bytes]) => [name, number(bytes), times(bytes, beszel)]),
      [`Beszel, ${BESZEL_ROW_BYTES} bytes a row`, number(beszel), '1 ×'],
    ],
  };
}

function forms({ storage }) {
  return {
    head: [
      'form',
      'client CPU, µs a sample',
      'mongod CPU, µs a sample',
      'bytes a sample',
      'a day in 288 steps, ms',
    ],
    rows: storage.map(({ name, node, mongod, bytes, queryMs }) => [
      ...[name, number(node, 1), number(mongod, 1), number(bytes, 1), number(queryMs, 1)],
    ]),
  };
}

const FORMS =
  'Samples of 18 metrics: 200 hosts for five minutes, which is what writing is measured with, and a day of one more. Sizes are after a checkpoint, indexes included; one metric is asked for.';
