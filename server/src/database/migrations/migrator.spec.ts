import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freshDatabase } from '../../../test/database.js';
import { ConfigError } from '../../config/environment.js';
import { Leases } from '../leases.js';
import type { Migration } from './migration.js';
import { MigrationLog } from './migration-log.js';
import { Migrator, MIGRATIONS_LEASE } from './migrator.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let said: string[];
beforeEach(async () => {
  database = await freshDatabase();
  said = [];
});
afterEach(() => database.drop());

const NEVER = new AbortController().signal;
const migrator = (migrations: readonly Migration[], version = '1.0.0') =>
  new Migrator(database.connection, (message) => said.push(message), migrations, version);

/** Counts up to 3, one a batch, and writes down which. */
function counting(id: string, each: (n: number) => Promise<void> | void = () => {}): Migration {
  return {
    id,
    why: 'there is something to count',
    async up({ connection, cursor }) {
      const n = ((cursor?.['n'] as number | undefined) ?? 0) + 1;
      if (n > 3) return undefined;
      await each(n);
      await connection.collection<{ _id: string }>('counted').insertOne({ _id: `${id} ${n}` });
      return { cursor: { n }, done: 1 };
    },
  };
}
const counted = async () =>
  (await database.connection.collection('counted').find().toArray()).map(({ _id }) => String(_id));

describe('Migrator', () => {
  it('runs what is pending in order, once, and writes down that it did', async () => {
    const all = [counting('001-a'), counting('002-b')];
    expect((await migrator(all).pending()).map(({ id }) => id)).toEqual(['001-a', '002-b']);
    await migrator(all.slice(0, 1)).run(NEVER);
    await migrator(all, '1.1.0').run(NEVER);
    await migrator(all).run(NEVER);
    expect(await counted()).toEqual(['001-a 1', '001-a 2', '001-a 3', '002-b 1', '002-b 2', '002-b 3']);
    const records = [...(await new MigrationLog(database.connection).all()).values()];
    expect(records).toMatchObject([
      { _id: '001-a', version: '1.0.0', progress: { done: 3 } },
      { _id: '002-b', version: '1.1.0', progress: { done: 3 } },
    ]);
    for (const { startedAt, finishedAt } of records) {
      expect(finishedAt!.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
    }
    expect(said.join('\n')).toContain('Migration 001-a: there is something to count.');
  });

  it('goes on after the last whole batch when it failed, and not from the beginning', async () => {
    const failing = counting('001-a', (n) => {
      if (n === 3) throw new Error('the disk is full');
    });
    await expect(migrator([failing]).run(NEVER)).rejects.toThrow('the disk is full');
    await migrator([counting('001-a')]).run(NEVER);
    expect(await counted()).toEqual(['001-a 1', '001-a 2', '001-a 3']);
    expect(said).toContain('Migration 001-a goes on after 2.');
  });

  it('refuses data of a newer version, and says of which', async () => {
    await migrator([counting('001-a'), counting('002-b')], '2.3.4').run(NEVER);
    const older = migrator([counting('001-a')], '1.0.0');
    await expect(older.run(NEVER)).rejects.toThrow(ConfigError);
    await expect(older.run(NEVER)).rejects.toThrow(
      'This database was made by a newer Tocsin (2.3.4, migration 002-b), and this one is 1.0.0.',
    );
  });

  it('lets one of several hubs do it, and the others wait until it is done', async () => {
    const both: string[][] = [];
    const hubs = Array.from({ length: 4 }, async () => {
      await migrator([counting('001-a'), counting('002-b')]).run(NEVER);
      both.push(await counted());
    });
    await Promise.all(hubs);
    for (const seen of both) expect(seen).toHaveLength(6);
  });

  it('leaves the rest to another hub that took the lease while this one hung', async () => {
    const leases = new Leases(database.connection);
    const hanging = counting('001-a', async (n) => {
      if (n !== 2) return;
      await database.connection.collection('leases').deleteOne({ _id: MIGRATIONS_LEASE as never });
      expect(await leases.hold(MIGRATIONS_LEASE, 60_000)).toBe(true);
    });
    const slow = migrator([hanging]).run(NEVER);
    await vi.waitFor(() => expect(said).toContain('Another hub brings the data up to date; waiting for it.'));
    expect(await counted()).toEqual(['001-a 1', '001-a 2']);
    await leases.release(MIGRATIONS_LEASE);
    await slow;
    expect(await counted()).toHaveLength(3);
  });

  it('stops between two batches when it is told to, and gives the lease back', async () => {
    const stop = new AbortController();
    const stopping = counting('001-a', (n) => {
      if (n === 2) stop.abort(new Error('the hub stops'));
    });
    await expect(migrator([stopping]).run(stop.signal)).rejects.toThrow('the hub stops');
    expect(await counted()).toEqual(['001-a 1', '001-a 2']);
    expect(await new Leases(database.connection).hold(MIGRATIONS_LEASE, 1_000)).toBe(true);
  });
});
