import { type HistoryExportQuery, METRICS } from '@tocsin/shared';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, OTHER_TENANT, samplesOn, TENANT } from '../../../test/samples.js';
import type { HostsService } from '../../hosts/hosts.service.js';
import { HistoryReads } from '../queries/history-reads.js';
import { ExportService } from './export.service.js';
import { PIECE, type PieceSize, RawMinutes } from './raw-minutes.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEGIN = 483_000 * HOUR;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
let exports: ExportService;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await database.connection.dropDatabase();
  hub = await samplesOn(database.connection);
  exports = exportsBy(PIECE);
});
afterAll(() => database.drop());

function exportsBy(most: PieceSize): ExportService {
  const hosts = hub.hosts as unknown as HostsService;
  const minutes = new RawMinutes(database.connection, hub.samples, most);
  return new ExportService(hosts, minutes, hub.history, new HistoryReads());
}

const signal = () => new AbortController().signal;
const query = (parts: Partial<HistoryExportQuery> = {}): HistoryExportQuery => ({
  ...{ host: hostId(0), metric: ['cpu.usage'], from: BEGIN, to: BEGIN + HOUR },
  ...{ format: 'ndjson' as const, step: 'raw' },
  ...parts,
});

interface Row {
  time: string;
  metric: string;
  instance?: string;
  value: number;
}

async function textOf(asked: HistoryExportQuery): Promise<string> {
  let text = '';
  for await (const part of exports.file(TENANT, asked, signal()).text) text += part;
  return text;
}
const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);
const rowsOf = async (asked: HistoryExportQuery): Promise<Row[]> =>
  linesOf(await textOf(asked)).map((line) => JSON.parse(line) as Row);

const keyOf = ({ time, metric, instance, value }: Row) =>
  [Date.parse(time), instance === undefined ? metric : `${metric}:${instance}`, value].join(' ');

/** What an agent may send: any of these at any time, in any order, more than once. */
const values = fc
  .uniqueArray(fc.constantFrom('cpu.usage', 'disk.usage:/', 'disk.usage:/var:x', 'ram.usage'), {
    minLength: 1,
  })
  .chain((keys) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, fc.nat(1_000).map((n) => n * resolutionOf(key))]))),
  );
const resolutionOf = (key: string) => METRICS.get(key.split(':')[0]!)!.resolution;
const frames = fc.array(
  fc.record({ seq: fc.nat(60), t: fc.integer({ min: -MINUTE, max: 6 * MINUTE }), values, flush: fc.nat(15) }),
  { minLength: 1, maxLength: 60 },
);

describe('the samples of a host', () => {
  it('come out each exactly once, in order of time, as they were put in', async () => {
    let turn = 0;
    await fc.assert(
      fc.asyncProperty(frames, fc.constantFrom(1, 2, 200), async (sent, minutes) => {
        exports = exportsBy({ ...PIECE, minutes });
        turn += 1;
        const from = BEGIN + turn * HOUR;
        const expected = new Map<number, Row[]>();
        for (const { seq, t, values, flush } of sent) {
          if (flush === 0) await hub.samples.flush();
          // A number stands for one frame, however often it is sent.
          if (expected.has(seq)) continue;
          const frame = frameOf(turn * 1_000 + seq, from + t, values);
          const taken = () => hub.samples.append(frame, () => {}, from);
          if (taken() && flush === 1) taken();
          expected.set(
            seq,
            Object.entries(values).map(([key, value]) => {
              const [metric, ...instance] = key.split(':');
              const scale = 1 / resolutionOf(key);
              const named = instance.length > 0 && { instance: instance.join(':') };
              const stored = Math.round(value * scale) / scale;
              return { time: new Date(frame.t).toISOString(), metric: metric!, ...named, value: stored };
            }),
          );
        }
        const asked = query({ metric: ['disk.usage', 'cpu.usage'], from, to: from + 5 * MINUTE });
        const rows = await rowsOf(asked);
        const times = rows.map(({ time }) => Date.parse(time));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        const wanted = [...expected.values()]
          .flat()
          .filter(({ metric }) => metric !== 'ram.usage')
          .filter(({ time }) => Date.parse(time) >= from && Date.parse(time) < from + 5 * MINUTE);
        expect(rows.map(keyOf).sort()).toEqual(wanted.map(keyOf).sort());

        const csv = parse(await textOf({ ...asked, format: 'csv' }), { columns: true }) as Record<
          string,
          string
        >[];
        expect(csv).toEqual(
          rows.map(({ time, metric, instance = '', value }) => ({
            ...{ time, metric, instance },
            value: String(value),
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('are read piece by piece, only as far as somebody takes them', async () => {
    for (let minute = 0; minute < 900; minute += 1) {
      hub.samples.append(frameOf(minute, BEGIN + minute * MINUTE), () => {}, BEGIN + 900 * MINUTE);
    }
    await hub.samples.flush();
    const find = vi.spyOn(hub.samples, 'inMemory');
    const { text } = exports.file(TENANT, query({ to: BEGIN + 900 * MINUTE }), signal());
    expect(find).toHaveBeenCalledTimes(0);
    let rows = 0;
    const most: number[] = [];
    for await (const part of text) {
      rows += linesOf(part).length;
      most.push(find.mock.calls.length - Math.ceil(rows / PIECE.minutes));
    }
    expect(rows).toBe(900);
    expect(Math.max(...most)).toBe(0);
    expect(find).toHaveBeenCalledTimes(5);
  });

  it('are held to so many bytes, however large a minute is', async () => {
    exports = exportsBy({ ...PIECE, bytes: 1 });
    const find = vi.spyOn(hub.samples, 'inMemory');
    for (let minute = 0; minute < 4; minute += 1)
      hub.samples.append(frameOf(minute, BEGIN + minute * MINUTE), () => {}, BEGIN);
    await hub.samples.flush();
    expect(await rowsOf(query())).toHaveLength(4);
    expect(find.mock.calls.length).toBeGreaterThanOrEqual(4);
  });
});

describe('the steps of a host', () => {
  const report = async () => {
    for (let i = 0; i < 1_500; i += 1) {
      if (i % 400 > 350) continue;
      const t = BEGIN + i * 2 * SECOND;
      hub.samples.append(frameOf(i, t, { 'cpu.usage': (i * 7) % 100, 'disk.usage:/': 4 }), () => {}, t);
    }
    await hub.samples.flush();
  };

  it.each(['2000', '10000', '60000', '600000', 'auto'])(
    'of %s ms are those of a query, also across the windows in which they are read',
    async (step) => {
      await report();
      const span = { from: BEGIN + 1_234, to: BEGIN + HOUR - 1 };
      const metric = ['disk.usage', 'cpu.usage'];
      const rows = await rowsOf(query({ metric, ...span, step }));
      const whole = await hub.history.query(TENANT, { host: hostId(0), metric, ...span, points: 2_000 });
      const width = step === 'auto' ? whole.step : Number(step);
      const points = Math.ceil(span.to / width) - Math.floor(span.from / width);
      const answer = await hub.history.query(TENANT, { host: hostId(0), metric, ...span, points });
      expect(answer.step).toBe(width);
      const expected = answer.series[0]!.avg.flatMap((_, i) =>
        answer.series.flatMap(({ metric, instance, min, avg, max }) =>
          avg[i] === null
            ? []
            : [
                {
                  time: new Date(answer.from + i * answer.step).toISOString(),
                  ...{ metric, ...(instance !== undefined && { instance }) },
                  ...{ min: min[i], avg: avg[i], max: max[i] },
                },
              ],
        ),
      );
      expect(expected.length).toBeGreaterThan(5);
      expect(rows).toEqual(expected);
    },
  );

  it('have a line of names above them as CSV', async () => {
    await report();
    const text = await textOf(query({ format: 'csv', step: '600000', to: BEGIN + 10 * MINUTE }));
    const begin = new Date(BEGIN).toISOString();
    expect(text).toBe(`time,metric,instance,min,avg,max\r\n${begin},cpu.usage,,0,49.5,99\r\n`);
  });

  it('are read in shorter windows where a host has more series than one answer may have', async () => {
    for (let i = 0; i < 60; i += 1) {
      const disks = Array.from({ length: 100 }, (_, disk) => [`disk.used:/${i}.${disk}`, 1]);
      hub.samples.append(frameOf(i, BEGIN + i * SECOND, Object.fromEntries(disks)), () => {}, BEGIN);
    }
    const asked = query({ metric: ['disk.used'], step: '1000', to: BEGIN + 10 * MINUTE });
    expect(await rowsOf(asked)).toHaveLength(6_000);
  });
});

it('writes a head alone where nothing was measured', async () => {
  expect(await textOf(query({ format: 'csv' }))).toBe('time,metric,instance,value\r\n');
  expect(await textOf(query({ step: 'auto' }))).toBe('');
});

it('knows no host of another tenant', () => {
  expect(() => exports.file(OTHER_TENANT, query(), signal())).toThrow(
    expect.objectContaining({ body: expect.objectContaining({ code: 'not_found' }) }),
  );
});

it('reads no further once it is called off', async () => {
  for (let minute = 0; minute < 500; minute += 1)
    hub.samples.append(frameOf(minute, BEGIN + minute * MINUTE), () => {}, BEGIN + 500 * MINUTE);
  await hub.samples.flush();
  const client = new AbortController();
  const { text } = exports.file(TENANT, query({ to: BEGIN + 500 * MINUTE }), client.signal);
  await text.next();
  const reason = new Error('gone');
  client.abort(reason);
  const rest = async () => {
    for await (const _part of text);
  };
  await expect(rest()).rejects.toBe(reason);
});
