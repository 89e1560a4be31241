import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { BOOT, hostId, TENANT } from '../../test/samples.js';
import { Journal, WAITING_BYTES } from './journal.js';
import { layoutOf, storedSeries } from './packing/stored-layout.js';

const NOW = 1_700_000_000_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let warnings: string[];
beforeEach(async () => {
  database = await freshDatabase();
  warnings = [];
});
afterEach(() => database.drop());

const journal = () =>
  new Journal(database.connection, {
    warn: (line) => warnings.push(line),
    error: (line) => warnings.push(line),
  });

const layout = layoutOf(Array.from({ length: 100 }, (_, i) => storedSeries('disk.used', `/${i}`, 1)));
const steps = Array<number>(100).fill(2 ** 46);
const frame = (seq: number) => ({
  tenantId: TENANT,
  hostId: hostId(0),
  sample: { bootId: BOOT, seq, t: seq, layout, steps },
});

/** As long as it refuses, MongoDB takes no journal entry. */
const refusing = (refuses: boolean) =>
  database.connection.db!.command({
    collMod: 'journal',
    validator: refuses ? { never: { $exists: true } } : {},
  });

describe('Journal', () => {
  it('knows since when the oldest frame waits', async () => {
    await database.connection.db!.createCollection('journal');
    await refusing(true);
    const subject = journal();
    expect(subject.waitingSince).toBeUndefined();
    subject.append(frame(1), () => {}, NOW);
    const committed = subject.commit();
    subject.append(frame(2), () => {}, NOW + 5_000);
    expect(subject.waitingSince).toBe(NOW);
    await refusing(false);
    await committed;
    expect(subject.waitingSince).toBe(NOW + 5_000);
    await subject.commit();
    expect(subject.waitingSince).toBeUndefined();
  });

  it('tries again as long as MongoDB refuses, and calls nothing durable before', async () => {
    await database.connection.db!.createCollection('journal');
    await refusing(true);
    const subject = journal();
    const durable: number[] = [];
    subject.append(frame(1), () => durable.push(1), NOW);
    const committed = subject.commit();
    await vi.waitFor(() => expect(warnings.length).toBeGreaterThan(1));
    subject.append(frame(2), () => durable.push(2), NOW);
    expect(durable).toEqual([]);
    await refusing(false);
    await committed;
    expect(durable).toEqual([1]);
    await subject.commit();
    expect(durable).toEqual([1, 2]);
  });

  it('gives up when it is closed while MongoDB refuses, and calls nothing durable', async () => {
    await database.connection.db!.createCollection('journal');
    await refusing(true);
    const subject = journal();
    const onDurable = vi.fn();
    subject.append(frame(1), onDurable, NOW);
    await expect(subject.close()).rejects.toThrow('validation');
    expect(onDurable).not.toHaveBeenCalled();
  });

  it('is full when more waits than it may hold, and takes frames again once that is stored', async () => {
    const subject = journal();
    let appended = 0;
    let durable = 0;
    while (!subject.full) subject.append(frame((appended += 1)), () => (durable += 1), NOW);
    expect(appended * 700).toBeGreaterThan(WAITING_BYTES * 0.9);
    await subject.commit();
    expect(subject.full).toBe(false);
    expect(durable).toBe(appended);
    // MongoDB takes no document over 16 MB.
    expect(await database.connection.collection('journal').countDocuments()).toBeGreaterThan(10);
    const again = journal();
    let replayed = 0;
    await again.replay(() => (replayed += 1));
    expect(replayed).toBe(appended);
  });

  it('calls back for what is stored already only after everything before it is durable', async () => {
    const subject = journal();
    const order: string[] = [];
    subject.append(frame(1), () => order.push('frame'), NOW);
    const committed = subject.commit();
    subject.after(() => order.push('repeat'));
    await committed;
    await subject.commit();
    expect(order).toEqual(['frame', 'repeat']);
  });

  it('keeps the groups that are still needed', async () => {
    const subject = journal();
    const first = subject.append(frame(1), () => {}, NOW);
    await subject.commit();
    const second = subject.append(frame(2), () => {}, NOW);
    await subject.commit();
    expect(second).toBeGreaterThan(first);
    await subject.release(second);
    const seqs: number[] = [];
    await journal().replay(({ sample }) => seqs.push(sample.seq));
    expect(seqs).toEqual([2]);
  });
});
