import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { mongo } from 'mongoose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundled } from '../../test/bundled.js';
import { freshDatabase } from '../../test/database.js';
import { RestoreMark } from '../database/restore-mark.js';
import { RunningHubs } from '../database/running-hubs.js';
import { BackupError } from './backup-error.js';
import { backup } from './backup.js';
import { abandonRestore, checkArchive, restore } from './restore.js';

const { Binary, Double, Int32, Long, ObjectId } = mongo.BSON;
type Database = Awaited<ReturnType<typeof freshDatabase>>;

let source: Database;
let target: Database;
let folder: string;
let file: string;
beforeEach(async () => {
  [source, target] = [await freshDatabase(), await freshDatabase()];
  folder = await mkdtemp(join(tmpdir(), 'tocsin-backup-'));
  file = join(folder, 'backup');
});
afterEach(async () => {
  await Promise.all([source.drop(), target.drop()]);
  await rm(folder, { recursive: true });
});

const PATIENCE = { timeout: 15_000, interval: 20 };
const QUIET = { warn: () => {}, done: () => {} };
const backUp = (of = source, to = file) => backup(of.connection, createWriteStream(to), QUIET);
const putBack = (replace = false, from = file) =>
  restore(target.connection, from, { replace, loaded: () => {} });
const totals = async (of = file) => (await checkArchive(of)).totals;
const names = async ({ connection }: Database) =>
  (await connection.db!.listCollections().toArray()).map(({ name }) => name).sort();
const notes = (of: Database) => of.connection.db!.collection<{ _id: number }>('notes');
const note = async (of: Database, ...ids: number[]) => {
  await notes(of).insertMany(ids.map((_id) => ({ _id })));
};
const noted = async (of: Database) => (await notes(of).find().toArray()).map(({ _id }) => _id);

/** Documents that cannot be packed, so that there is more than one piece to write. */
const noise = (count: number) =>
  Array.from({ length: count }, () => ({ bytes: new Binary(randomBytes(4_000)) }));

/** One of every kind of value that MongoDB tells apart where JavaScript does not. */
const KINDS = {
  _id: new ObjectId(),
  int: new Int32(5),
  double: new Double(5),
  long: Long.fromNumber(5),
  date: new Date(0),
  binary: new Binary(Buffer.from('packed')),
  nothing: null,
  inside: { 'a.b': [new Double(0), { $text: 'x' }] },
};

describe('backup and restore', () => {
  it('put back every collection, byte for byte, with its indexes', async () => {
    const db = source.connection.db!;
    await db.collection('kinds').insertOne(KINDS);
    await db.collection('empty').createIndex({ a: 1, b: -1 }, { unique: true });
    await db
      .collection('people')
      .createIndex({ email: 1 }, { unique: true, partialFilterExpression: { email: { $exists: true } } });
    await db.collection('large').insertOne({ bytes: new Binary(Buffer.alloc(15_000_000, 'abc')) });
    await db
      .collection('many')
      .insertMany(Array.from({ length: 25_000 }, (_, n) => ({ n, text: 'x'.repeat(n % 300) })));
    await backUp();
    await putBack();

    expect(await names(target)).toEqual(['empty', 'kinds', 'large', 'leases', 'many', 'people', 'restore']);
    for (const name of ['empty', 'people', 'kinds']) {
      const of = ({ connection }: Database) => connection.db!.collection(name).indexes();
      expect(await of(target)).toEqual(await of(source));
    }
    await backUp(target, `${file}.2`);
    expect(await totals(`${file}.2`)).toEqual(await totals());
    expect((await totals()).map(({ count }) => count)).toEqual([0, 1, 1, 25_000, 0]);
  });

  it('show one moment of all collections, while others write', async () => {
    await note(source, 0);
    await source.connection.collection('zebras').insertOne({ n: 0 });
    let n = 0;
    // Each piece that goes out is followed by a writing to both ends of the alphabet.
    const slow = new Writable({
      write(_piece, _encoding, done) {
        n += 1;
        const session = source.connection.transaction(async (session) => {
          const id = { _id: n } as never;
          await source.connection.collection('notes').insertOne(id, { session });
          await source.connection.collection('zebras').insertOne({ n }, { session });
        });
        pieces.push(_piece as Buffer);
        session.then(() => done(), done);
      },
    });
    const pieces: Buffer[] = [];
    await source.connection.collection('middle').insertMany(
      Array.from({ length: 300 }, (_, i) => ({
        i,
        noise: new Binary(Buffer.from(Array.from({ length: 4_000 }, () => Math.random() * 256))),
      })),
    );
    await backup(source.connection, slow, QUIET);
    await writeFile(file, Buffer.concat(pieces));
    expect(n).toBeGreaterThan(5);
    await putBack();
    expect(await noted(target)).toEqual([0]);
    expect(await target.connection.collection('zebras').countDocuments()).toBe(1);
    // MongoDB keeps old states no longer than usual from now on.
    const parameter = { getParameter: 1, minSnapshotHistoryWindowInSeconds: 1 };
    expect(await source.connection.db!.admin().command(parameter)).toMatchObject({
      minSnapshotHistoryWindowInSeconds: 300,
    });
  });

  it('say that MongoDB forgot the moment, when it does not let the backup prolong its memory', async () => {
    await note(source, 0);
    await source.connection.collection('zebras').insertOne({ n: 0 });
    const admin = source.connection.db!.admin();
    const parameter = 'minSnapshotHistoryWindowInSeconds';
    let last = 0;
    // As on a MongoDB that others administrate: what the backup asked for is undone at once.
    const forgetting = new Writable({
      write(_piece, _encoding, done) {
        const forget = async () => {
          await admin.command({ setParameter: 1, [parameter]: 0 });
          await expect
            .poll(async () => {
              await notes(source).insertOne({ _id: (last += 1) });
              await admin.command({ fsync: 1 });
              return canStillRead();
            }, PATIENCE)
            .toBe(false);
        };
        begun = forget();
        begun.then(() => done(), done);
      },
    });
    let begun = Promise.resolve();
    const moment = (await admin.command({ hello: 1 }))['operationTime'] as unknown;
    const readAt = { level: 'snapshot', atClusterTime: moment };
    const canStillRead = () =>
      source.connection.db!.command({ find: 'notes', limit: 1, readConcern: readAt }).then(
        () => true,
        () => false,
      );
    await source.connection.collection('middle').insertMany(noise(300));
    await expect(backup(source.connection, forgetting, QUIET)).rejects.toThrow(BackupError);
    // It would go on writing into the data of the next test.
    await begun;
    await admin.command({ setParameter: 1, [parameter]: 300 });
  });

  it('leave out what is of the hubs that run', async () => {
    await note(source, 1);
    const hubs = new RunningHubs(source.connection);
    await hubs.join();
    await backUp();
    await hubs.leave();
    expect((await checkArchive(file)).head.collections).toEqual(['notes']);
  });
});

describe('restore', () => {
  it('refuses a database that is not empty, unless it may replace it', async () => {
    await note(source, 1);
    await note(target, 7);
    await target.connection.collection('others').insertOne({});
    await backUp();
    await expect(putBack()).rejects.toThrow('is not empty (there is something in notes)');
    expect(await noted(target)).toEqual([7]);
    await putBack(true);
    expect(await noted(target)).toEqual([1]);
    expect(await names(target)).toEqual(['leases', 'notes', 'restore']);
    expect(await new RestoreMark(target.connection).get()).toBeNull();
  });

  it('refuses while a hub runs, and not after it has stopped', async () => {
    await note(source, 1);
    await backUp();
    const hubs = new RunningHubs(target.connection);
    await hubs.join();
    await expect(putBack()).rejects.toThrow(`A hub runs on this database (process ${process.pid} on `);
    expect(await new RestoreMark(target.connection).get()).toBeNull();
    await hubs.leave();
    await putBack();
    expect(await noted(target)).toEqual([1]);
  });

  it('waits for another restore that runs', { timeout: 40_000 }, async () => {
    await note(source, 1);
    await backUp();
    await note(target, 7);
    const results = await Promise.allSettled([putBack(true), putBack(true)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await noted(target)).toEqual([1]);
  });

  describe('of an archive that is not sound', () => {
    beforeEach(async () => {
      await note(source, 1, 2, 3);
      await source.connection.collection('more').insertOne({ text: 'x'.repeat(100_000) });
      await backUp();
      await note(target, 7);
    });
    const untouched = async (message: string) => {
      for (const attempt of [checkArchive(file), putBack(true)])
        await expect(attempt).rejects.toThrow(message);
      expect(await noted(target)).toEqual([7]);
      expect(await names(target)).not.toContain('restoring.notes');
      expect(await new RestoreMark(target.connection).get()).toBeNull();
    };
    /** Changes what is packed, so that gzip's own checksum is right. */
    const inside = async (change: (bytes: Buffer) => Buffer) =>
      writeFile(file, gzipSync(change(gunzipSync(await readFile(file)))));

    it('changes nothing when it is cut off, wherever that is', async () => {
      const whole = await readFile(file);
      for (const length of [0, 5, Math.floor(whole.length / 2), whole.length - 9, whole.length - 1]) {
        await writeFile(file, whole.subarray(0, length));
        await untouched('it is cut off');
      }
    });

    it('changes nothing when bits have changed', async () => {
      const whole = await readFile(file);
      whole[Math.floor(whole.length / 2)]! ^= 0x10;
      await writeFile(file, whole);
      await untouched('it is damaged');
    });

    it('changes nothing when a value was changed on purpose', async () => {
      await inside((bytes) => {
        bytes[bytes.indexOf('xxx')] = 'y'.charCodeAt(0);
        return bytes;
      });
      await untouched('the checksum of more is not right');
    });

    it('changes nothing when it was packed cut off', async () => {
      await inside((bytes) => bytes.subarray(0, bytes.length - 3));
      await untouched('it is cut off');
    });

    it('changes nothing when something follows', async () => {
      await inside((bytes) => Buffer.concat([bytes, Buffer.from('more')]));
      await untouched('something follows its end');
    });

    it('changes nothing when it is something else', async () => {
      await writeFile(file, 'a text');
      await untouched('it is damaged, or no backup');
      await writeFile(file, gzipSync(mongo.BSON.serialize({ dump: true })));
      await untouched('it is no backup of Tocsin');
    });

    it('changes nothing when a newer Tocsin made it', async () => {
      await source.connection
        .collection<{ _id: string }>('migrations')
        .insertOne({ _id: '999-of-the-future' });
      await backUp();
      await expect(checkArchive(file)).rejects.toThrow(
        'made by a newer Tocsin (0.1.0, migration 999-of-the-future)',
      );
    });
  });

  describe('killed -9', () => {
    let program: Awaited<ReturnType<typeof bundled>>;
    beforeEach(async () => {
      program = await bundled('restore.ts');
      await note(source, ...Array.from({ length: 5_000 }, (_, n) => n + 100));
      await source.connection.collection('a-first').insertOne({});
      await backUp();
      await note(target, 7);
    });
    afterEach(() => program.remove());

    it(
      'while it loads leaves what is there, and can be given up or done again',
      { timeout: 60_000 },
      async () => {
        for (const then of [() => abandonRestore(target.connection), () => putBack(true)]) {
          const child = fork(program.file, [target.uri, file]);
          await once(child, 'message');
          child.kill('SIGKILL');
          await once(child, 'exit');
          expect(await noted(target)).toEqual([7]);
          const mark = new RestoreMark(target.connection);
          expect(await mark.get()).toMatchObject({ phase: 'loading' });
          await expect(mark.refuseHub()).rejects.toThrow('--abandon');
          await then();
          await mark.refuseHub();
          expect((await names(target)).filter((name) => name.startsWith('restoring'))).toEqual([]);
        }
        expect(await noted(target)).toHaveLength(5_000);
      },
    );

    it('while collections change places keeps hubs out until it was done again', async () => {
      // What such a kill leaves: the mark, some of the old and some of the new.
      const mark = new RestoreMark(target.connection);
      await mark.set('loading');
      await mark.set('swapping');
      await target.connection.collection('restoring.notes').insertOne({});
      await expect(mark.refuseHub()).rejects.toThrow('was not finished');
      await expect(abandonRestore(target.connection)).rejects.toThrow('has begun to change the data');
      await writeFile(`${file}.2`, 'nothing');
      await expect(putBack(true, `${file}.2`)).rejects.toThrow('damaged');
      expect(await mark.get()).toMatchObject({ phase: 'swapping' });
      await putBack(true);
      await mark.refuseHub();
      expect(await names(target)).toEqual(['a-first', 'leases', 'notes', 'restore']);
    });
  });
});
