import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, samplesOn, someHosts, TENANT } from '../../../test/samples.js';
import type { HostRecord, HostsService } from '../../hosts/hosts.service.js';
import type { TenantsService } from '../../tenants/tenants.service.js';
import { HistoryService } from '../history.service.js';
import { DueSteps } from '../tiers/due-steps.js';
import { RollUpService } from '../tiers/roll-up.service.js';
import { FINEST_TIER, TIERS } from '../tiers/tier.js';
import { PruneService } from './prune.service.js';
import { RetentionService } from './retention.service.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Ten days back from here there is a frame each half hour. */
const NOW = 20_000 * DAY;
const RETENTION = { raw: 1, '1m': 2, '10m': 4, '1h': 6, '1d': 8 };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof samplesOn>>;
let retention: typeof RETENTION;
let stored: Set<string>;
let kept: RetentionService;
let pruning: PruneService;
beforeEach(async () => {
  database = await freshDatabase();
  hub = await samplesOn(database.connection);
  retention = RETENTION;
  stored = new Set();
  const tenants = { all: async () => [{ id: TENANT, name: 'Test', retention }] };
  kept = new RetentionService(tenants as unknown as TenantsService);
  const records = [0].map((n) => ({ id: hostId(n), tenantId: TENANT }) as HostRecord);
  const hosts = {
    ...someHosts(1),
    all: () => records,
    isStored: async (_: string, id: string) => stored.has(id),
  };
  pruning = new PruneService(database.connection, hosts as unknown as HostsService, kept, hub.leases);
  await pruning.onModuleInit();
});
afterEach(async () => {
  vi.useRealTimers();
  await database.drop();
});

async function fill(host = 0) {
  for (let i = 0; i < 480; i += 1) {
    const t = NOW - 10 * DAY + i * 30 * MINUTE;
    hub.samples.append({ ...frameOf(i, t), hostId: hostId(host) }, () => {}, t);
  }
  await hub.samples.writeMinutes(NOW + HOUR);
  for (let round = 1; round <= 3; round += 1) await hub.rollUps.rollUp(NOW + round * DAY);
}

/** How old the oldest document of each tier is, in days. */
async function oldest(filter = {}) {
  const of = async (name: string, time: string, more = {}) => {
    const [first] = await database.connection
      .collection(name)
      .find({ ...filter, ...more })
      .sort({ [time]: 1 })
      .limit(1)
      .toArray();
    return first === undefined ? undefined : (NOW - (first[time] as Date).getTime()) / DAY;
  };
  return {
    raw: await of('minutes', 'minute', { samples: { $exists: true } }),
    '1m': await of('minutes', 'minute'),
    '10m': await of('rollups_10m', 'start'),
    '1h': await of('rollups_1h', 'start'),
    '1d': await of('rollups_1d', 'start'),
  };
}

/** One whole round: every host has its turn. */
async function round(from: number) {
  for (let minute = 0; minute < 60; minute += 1) await pruning.prune(from + minute * MINUTE);
}

describe('PruneService', () => {
  it('keeps each tier for as long as its tenant says, and not longer', async () => {
    await fill();
    expect(await oldest()).toEqual({ raw: 10, '1m': 10, '10m': 10, '1h': 10, '1d': 10 });
    await round(NOW);
    expect(await oldest()).toEqual(RETENTION);
  });

  it('goes on as time does, and follows a tenant that changes its mind', async () => {
    await fill();
    await round(NOW);
    retention = { ...RETENTION, '1m': 1, '10m': 1 };
    await round(NOW + 12 * HOUR);
    expect(await oldest()).toEqual({ raw: 0.5, '1m': 0.5, '10m': 0.5, '1h': 6, '1d': 8 });
  });

  it('removes what a hub left that was killed when it removed a host, and not what another hub added', async () => {
    hub = await samplesOn(database.connection, someHosts(3));
    await fill(1);
    await fill(2);
    stored.add(hostId(2));
    await round(NOW);
    const of = (n: number) => ({ hostId: mongo.ObjectId.createFromHexString(hostId(n)) });
    expect(await oldest(of(1))).toEqual({
      raw: undefined,
      '1m': undefined,
      '10m': undefined,
      '1h': undefined,
      '1d': undefined,
    });
    expect((await oldest(of(2)))['1d']).toBe(10);
  });

  it('waits for roll-ups of minutes that are to go, which are the last that is left of them', async () => {
    await fill();
    const rolledUp = await database.connection.collection('rollups_10m').countDocuments();
    // As data of a version without tiers is after its migration.
    for (const tier of TIERS) await database.connection.collection(tier.collection).deleteMany({});
    await new DueSteps(database.connection).mark(
      FINEST_TIER,
      Array.from({ length: 480 }, (_, i) => ({ ...frameOf(i, NOW - 10 * DAY + i * 30 * MINUTE) })),
      NOW,
    );
    await round(NOW);
    expect((await oldest())['1m']).toBe(10);
    for (let day = 1; day <= 3; day += 1) await hub.rollUps.rollUp(NOW + day * DAY);
    expect(await database.connection.collection('rollups_10m').countDocuments()).toBe(rolledUp);
    await round(NOW);
    expect(await oldest()).toEqual(RETENTION);
  });

  it('leaves a roll-up alone whose minutes are gone, however late a frame comes', async () => {
    await fill();
    await round(NOW);
    const late = NOW - 3 * DAY;
    const tenMinutes = () => database.connection.collection('rollups_10m').findOne({ start: new Date(late) });
    const before = await tenMinutes();
    expect(before).not.toBeNull();
    hub.samples.append(frameOf(9_999, late + 7 * MINUTE, { 'cpu.usage': 99 }), () => {}, NOW);
    await hub.samples.writeMinutes(NOW + 2 * HOUR);
    expect(await database.connection.collection('rollups_due').countDocuments()).toBe(1);
    await new RollUpService(database.connection, hub.leases, kept).rollUp(NOW + 5 * HOUR);
    expect(await tenMinutes()).toEqual(before);
    expect(await database.connection.collection('rollups_due').countDocuments()).toBe(0);
  });

  it('leaves an answer as it is whose minutes are gone, while a late frame waits to be rolled up', async () => {
    await fill();
    await round(NOW);
    const late = NOW - 3 * DAY;
    const now = NOW + 5 * HOUR;
    const hosts = someHosts(1) as unknown as HostsService;
    const history = new HistoryService(database.connection, hosts, hub.samples, kept);
    vi.useFakeTimers({ toFake: ['Date'], now });
    const ask = async () =>
      (
        await history.query(TENANT, {
          host: hostId(0),
          metric: ['cpu.usage'],
          from: late,
          to: late + HOUR,
          points: 6,
        })
      ).series[0]!.min;
    const before = await ask();
    expect(before[0]).not.toBeNull();
    hub.samples.append(frameOf(9_999, late + 7 * MINUTE, { 'cpu.usage': 99 }), () => {}, now);
    await hub.samples.writeMinutes(now + MINUTE);
    expect(await database.connection.collection('rollups_due').countDocuments()).toBe(1);
    expect(await ask()).toEqual(before);
  });

  it('keeps nothing for longer because frames of long ago keep coming', async () => {
    await fill();
    let seq = 10_000;
    for (let minute = 0; minute < 60; minute += 1) {
      const now = NOW + 4 * HOUR + minute * MINUTE;
      hub.samples.append(frameOf((seq += 1), NOW - 9 * DAY - 5 * HOUR), () => {}, now);
      await hub.samples.writeMinutes(now + 3_000);
      await pruning.prune(now);
    }
    const older = (name: string, time: string, days: number) =>
      database.connection
        .collection(name)
        .countDocuments({ [time]: { $lt: new Date(NOW + 4 * HOUR - days * DAY) } });
    // Only the minute that goes on coming is left, and what its hour is to be made from.
    expect(await older('minutes', 'minute', RETENTION['1m'])).toBe(1);
    expect(await older('rollups_10m', 'start', RETENTION['10m'])).toBe(2);
  });

  it('takes the samples out of minutes that come late, too', async () => {
    await fill();
    await round(NOW);
    hub.samples.append(frameOf(9_999, NOW - 36 * HOUR + 5 * MINUTE), () => {}, NOW);
    await hub.samples.writeMinutes(NOW + HOUR);
    expect((await oldest()).raw).toBeGreaterThan(1.4);
    await round(NOW + HOUR);
    expect((await oldest()).raw).toBeLessThanOrEqual(1);
  });

  it('removes roll-ups of a removed host although its minutes are gone', async () => {
    hub = await samplesOn(database.connection, someHosts(2));
    await fill(1);
    await database.connection.collection('minutes').deleteMany({});
    await round(NOW);
    expect((await oldest())['1d']).toBeUndefined();
  });

  describe('of a tenant that keeps more from now on', () => {
    beforeEach(async () => {
      await fill();
      await round(NOW);
      retention = { raw: 30, '1m': 30, '10m': 30, '1h': 30, '1d': 30 };
      await kept.refresh();
    });

    it('leaves answers that use what there is', async () => {
      const history = new HistoryService(
        database.connection,
        someHosts(1) as unknown as HostsService,
        hub.samples,
        kept,
      );
      vi.useFakeTimers({ toFake: ['Date'], now: NOW });
      const ask = (days: number) =>
        history.query(TENANT, {
          host: hostId(0),
          metric: ['cpu.usage'],
          from: NOW - days * DAY,
          to: NOW - days * DAY + 2 * HOUR,
          points: 400,
        });
      for (const [days, step] of [
        [1.5, MINUTE],
        [3, 10 * MINUTE],
        [5, HOUR],
        [7, DAY],
      ] as const) {
        const answer = await ask(days);
        expect(answer.step).toBe(step);
        expect(answer.series).toHaveLength(1);
      }
    });

    it('leaves roll-ups alone that nothing is left of to make them from', async () => {
      const late = NOW - 3 * DAY;
      const tenMinutes = () =>
        database.connection.collection('rollups_10m').findOne({ start: new Date(late) });
      const before = await tenMinutes();
      hub.samples.append(frameOf(9_999, late + 7 * MINUTE, { 'cpu.usage': 99 }), () => {}, NOW);
      await hub.samples.writeMinutes(NOW + 2 * HOUR);
      await new RollUpService(database.connection, hub.leases, kept).rollUp(NOW + 5 * HOUR);
      expect(await tenMinutes()).toEqual(before);
    });
  });
});
