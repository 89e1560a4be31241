import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { frameOf, hostId, OTHER_TENANT, samplesOn, TENANT } from '../../test/samples.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const BEGIN = 483_000 * HOUR;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
beforeEach(async () => {
  database = await freshDatabase();
  hub = await samplesOn(database.connection);
});
afterEach(() => database.drop());

/** One frame a second, from `from` on, whose CPU usage counts up to 100 and begins anew. */
function report(from: number, seconds: number, values?: (i: number) => Record<string, number>) {
  for (let i = 0; i < seconds; i += 1) {
    const t = from + i * SECOND;
    hub.samples.append(frameOf((t - BEGIN) / SECOND, t, values?.(i)), () => {}, t);
  }
}

const ask = (from: number, to: number, points: number, ...metric: string[]) =>
  hub.history.query(TENANT, { host: hostId(0), metric, from, to, points });

describe('HistoryService', () => {
  it('gives every second of a short time', async () => {
    report(BEGIN, 90);
    await hub.samples.flush();
    const history = await ask(BEGIN + 30_000, BEGIN + 90_000, 60, 'cpu.usage');
    expect(history).toMatchObject({
      host: hostId(0),
      from: BEGIN + 30_000,
      to: BEGIN + 90_000,
      step: SECOND,
    });
    expect(history.series).toHaveLength(1);
    expect(history.series[0]!.avg).toEqual(Array.from({ length: 60 }, (_, i) => 30 + i));
  });

  it('gives least, average and greatest value of each step from the minutes of a long time', async () => {
    report(BEGIN, 10 * 60);
    await hub.samples.flush();
    const { step, series } = await ask(BEGIN, BEGIN + HOUR, 12, 'cpu.usage');
    expect(step).toBe(5 * MINUTE);
    expect(series[0]!.min).toEqual([0, 0, ...Array<null>(10).fill(null)]);
    expect(series[0]!.avg.slice(0, 2)).toEqual([49.5, 49.5]);
    expect(series[0]!.max.slice(0, 2)).toEqual([99, 99]);
  });

  it.each([
    ['decoded samples', 120],
    ['minutes', 2],
  ])('answers the same from memory, from MongoDB and from both, by %s', async (_how, points) => {
    const both = () => ask(BEGIN, BEGIN + 2 * MINUTE, points, 'cpu.usage');
    report(BEGIN, 120);
    const fromMemory = await both();
    expect(fromMemory.series[0]!.max.some((value) => value !== null)).toBe(true);
    await hub.samples.flush();
    expect(await both()).toEqual(fromMemory);
    // Sent again: the minute is stored and open at the same time.
    report(BEGIN, 90);
    expect(await both()).toEqual(fromMemory);
  });

  it('gives every mount for disk.usage, one for disk.usage:/, and leaves out what was not asked', async () => {
    report(BEGIN, 5, (i) => ({
      'disk.usage:/': 40,
      'disk.usage:/var:x': 50 + i,
      'disk.size:/': 65_536,
      'cpu.usage': 1,
    }));
    const names = ({ series }: Awaited<ReturnType<typeof ask>>) => series.map((s) => [s.metric, s.instance]);
    expect(names(await ask(BEGIN, BEGIN + 5_000, 5, 'disk.usage'))).toEqual([
      ['disk.usage', '/'],
      ['disk.usage', '/var:x'],
    ]);
    expect(names(await ask(BEGIN, BEGIN + 5_000, 5, 'disk.usage:/', 'cpu.usage'))).toEqual([
      ['disk.usage', '/'],
      ['cpu.usage', undefined],
    ]);
  });

  it('says null where a mount was not there', async () => {
    report(BEGIN, 4, (i): Record<string, number> =>
      i < 2 ? { 'disk.usage:/': 1 } : { 'disk.usage:/': 1, 'disk.usage:/new': 2 },
    );
    await hub.samples.flush();
    const { series } = await ask(BEGIN, BEGIN + 4_000, 4, 'disk.usage');
    expect(series.map(({ avg }) => avg)).toEqual([
      [1, 1, 1, 1],
      [null, null, 2, 2],
    ]);
  });

  it('refuses an answer that would be larger than a hub should make', async () => {
    report(BEGIN, 30, (i) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, disk) => [`disk.used:/${i}.${disk}`, 1])),
    );
    await expect(ask(BEGIN, BEGIN + HOUR, 2_000, 'disk.used')).rejects.toMatchObject({
      body: { code: 'invalid', field: '/points' },
    });
    expect((await ask(BEGIN, BEGIN + HOUR, 10, 'disk.used')).series).toHaveLength(9_000);
  });

  it('answers with no series for a time without frames', async () => {
    expect((await ask(BEGIN, BEGIN + HOUR, 10, 'cpu.usage')).series).toEqual([]);
  });

  it('shows nothing to another tenant', async () => {
    report(BEGIN, 5);
    await hub.samples.flush();
    const stolen = hub.history.query(OTHER_TENANT, {
      host: hostId(0),
      metric: ['cpu.usage'],
      from: BEGIN,
      to: BEGIN + 1,
    });
    await expect(stolen).rejects.toMatchObject({ body: { code: 'not_found' } });
  });

  it.each([
    ['an unknown metric', { metric: ['cpu.usage', 'cpu.speed'] }, '/metric/1'],
    ['an end before the beginning', { to: BEGIN }, '/to'],
  ])('refuses %s and names the field', async (_what, wrong, field) => {
    const query = { host: hostId(0), metric: ['cpu.usage'], from: BEGIN, to: BEGIN + 1, ...wrong };
    await expect(hub.history.query(TENANT, query)).rejects.toMatchObject({
      body: { code: 'invalid', field },
    });
  });

  it('answers a day of one frame a second with its 288 steps of five minutes', async () => {
    for (let hour = 0; hour < 24; hour += 1) {
      report(BEGIN + hour * HOUR, 3_600);
      await hub.samples.commit();
    }
    await hub.samples.flush();
    const { series } = await ask(BEGIN, BEGIN + 24 * HOUR, 300, 'cpu.usage');
    expect(series[0]!.avg).toEqual(Array<number>(288).fill(49.5));
  });
});
