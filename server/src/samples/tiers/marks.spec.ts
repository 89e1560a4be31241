import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { frameOf, hostId, samplesOn, someHosts } from '../../../test/samples.js';
import { DueSteps } from './due-steps.js';
import { FINEST_TIER } from './tier.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN = 483_000 * HOUR;

let database: Awaited<ReturnType<typeof freshDatabase>>;
beforeEach(async () => (database = await freshDatabase()));
afterEach(async () => {
  vi.useRealTimers();
  await database.drop();
});

const marks = () => database.connection.collection('rollups_due').find().sort({ start: 1 }).toArray();

/** A connection on which the clock goes on by `ms` when the nth command of this kind was answered. */
async function slowed(command: string, collection: string, nth: number, ms: number) {
  const connection = await mongoose.createConnection(database.uri, { monitorCommands: true }).asPromise();
  const requests = new Set<number>();
  let seen = 0;
  connection.getClient().on('commandStarted', ({ commandName, command: of, requestId }) => {
    if (commandName === command && of[commandName] === collection) requests.add(requestId);
  });
  connection.getClient().on('commandSucceeded', ({ requestId }) => {
    if (!requests.has(requestId)) return;
    seen += 1;
    if (seen === nth) vi.advanceTimersByTime(ms);
  });
  return connection;
}

describe('Marks', () => {
  it('are made again for what is written after the clock was set back', async () => {
    const { samples, rollUps } = await samplesOn(database.connection);
    samples.append(frameOf(1, BEGIN), () => {}, BEGIN);
    await samples.writeMinutes(BEGIN + HOUR);
    for (const hours of [2, 31, 60]) await rollUps.rollUp(BEGIN + hours * HOUR);
    await samples.writeMinutes(BEGIN + 61 * HOUR);
    expect(await marks()).toEqual([]);
    samples.append(frameOf(2, BEGIN + MINUTE), () => {}, BEGIN + MINUTE);
    await samples.writeMinutes(BEGIN + 20 * MINUTE);
    expect(await marks()).toHaveLength(1);
  });

  it('are made anew in a writing of minutes that takes longer than they are sure to stay', async () => {
    const connection = await slowed('insert', 'minutes', 1, 90_000);
    const { samples } = await samplesOn(connection, someHosts(60));
    const frame = (n: number, seq: number, t: number) =>
      samples.append({ ...frameOf(seq, t), hostId: hostId(n) }, () => {}, BEGIN + HOUR);
    frame(0, 1, BEGIN);
    for (let n = 1; n < 60; n += 1) frame(n, 1, BEGIN);
    frame(59, 2, BEGIN + MINUTE);
    frame(58, 2, BEGIN + MINUTE);
    vi.useFakeTimers({ toFake: ['performance'] });
    await samples.writeMinutes(BEGIN + 2 * HOUR);
    vi.useRealTimers();
    const due = (await marks()).map((mark) => (mark.due as Date).getTime() - BEGIN - 2 * HOUR);
    expect(due.filter((ms) => ms === MINUTE)).toEqual([]);
    await connection.close();
  });

  it('of coarser tiers are made anew in a roll-up that takes longer than they are sure to stay', async () => {
    const connection = await slowed('update', 'rollups_due', 1, 90_000);
    const { samples } = await samplesOn(database.connection);
    const slow = await samplesOn(connection);
    for (let i = 0; i < 102; i += 1)
      samples.append(frameOf(i, BEGIN + 10 * i * MINUTE), () => {}, BEGIN + 100 * HOUR);
    await samples.writeMinutes(BEGIN + 101 * HOUR);
    expect(await marks()).toHaveLength(102);
    vi.useFakeTimers({ toFake: ['performance'] });
    await slow.rollUps.rollUp(BEGIN + 102 * HOUR);
    vi.useRealTimers();
    // The last steps were rolled up 90 s later: their hour's mark must not look as if it had been made before.
    const last = (await marks()).at(-1)!;
    expect((last.due as Date).getTime()).toBeGreaterThanOrEqual(BEGIN + 102 * HOUR + 150_000);
    await connection.close();
  });

  it('are made again when a hub that had hung ends a roll-up which another one has done meanwhile', async () => {
    await (await samplesOn(database.connection)).rollUps.rollUp(BEGIN);
    const [hung, other] = [new DueSteps(database.connection), new DueSteps(database.connection)];
    const minute = { ...frameOf(1, BEGIN), hostId: hostId(0) };
    const takeOver = async (now: number) => {
      await hung.mark(FINEST_TIER, [minute], now);
      const steps = await hung.next(now + HOUR, 1);
      expect(steps).toHaveLength(1);
      // Here a frame comes late: what the hung one has read is not all any more.
      await other.mark(FINEST_TIER, [minute], now + HOUR);
      return steps;
    };
    const first = await takeOver(BEGIN + HOUR);
    await other.done(await other.next(BEGIN + 3 * HOUR, 1), BEGIN + 3 * HOUR);
    expect(await marks()).toEqual([]);
    await hung.done(first, BEGIN + 4 * HOUR);
    expect(await marks()).toHaveLength(1);

    const second = await takeOver(BEGIN + 10 * HOUR);
    const others = await other.next(BEGIN + 12 * HOUR, 1);
    await hung.done(second, BEGIN + 12 * HOUR);
    await other.done(others, BEGIN + 12 * HOUR);
    expect(await marks()).toHaveLength(1);
  });
});
