import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { EmbeddedMongod } from './embedded-mongod.js';
import { type Command, diesWithParent, mongodCommand } from './mongod-process.js';
import { runningProcess } from './running-process.js';

const PATIENCE = { timeout: 20_000, interval: 50 };

describe('EmbeddedMongod', () => {
  let dataDir: string;
  let started: EmbeddedMongod[];
  let said: string[];

  const start = async () => {
    const places = { dataDir, mongodPath: inject('mongodBinary'), cacheDir: join(dataDir, 'cache') };
    const mongod = await EmbeddedMongod.start(places, (message) => said.push(message));
    started.push(mongod);
    return mongod;
  };
  const withConnection = async <T>(uri: string, use: (connection: mongoose.Connection) => Promise<T>) => {
    const connection = await mongoose.createConnection(uri).asPromise();
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  };
  const lockFile = () => join(dataDir, 'mongodb', 'mongod.lock');
  const put = (uri: string) => withConnection(uri, (c) => c.collection('notes').insertOne({ text: 'kept' }));
  const count = (uri: string) => withConnection(uri, (c) => c.collection('notes').countDocuments());

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tocsin-mongod-'));
    started = [];
    said = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((mongod) => mongod.stop()));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is a replica set, so that transactions work', async () => {
    const { uri } = await start();
    await withConnection(uri, async (connection) => {
      await connection.createCollection('notes');
      await connection.transaction(async (session) => {
        await connection.collection('notes').insertOne({ text: 'kept' }, { session });
      });
    });
    expect(await count(uri)).toBe(1);
  });

  it('keeps data and port from one start to the next', async () => {
    const first = await start();
    await put(first.uri);
    await first.stop();
    expect(await runningProcess(first.pid!)).toBeUndefined();
    const second = await start();
    expect(second.uri).toBe(first.uri);
    expect(await count(second.uri)).toBe(1);
  });

  it('moves its replica set when the port is taken by someone else', async () => {
    const first = await start();
    await put(first.uri);
    await first.stop();
    const port = Number(new URL(first.uri).port);
    await writeFile(join(dataDir, 'mongodb.json'), JSON.stringify({ port: port - 1 }));
    const second = await start();
    expect(second.uri).not.toBe(first.uri);
    await put(second.uri);
    expect(await count(second.uri)).toBe(2);
  });

  it('comes back on the same port with its data when it is killed, and clients reconnect by themselves', async () => {
    const mongod = await start();
    await withConnection(mongod.uri, async (connection) => {
      await connection.collection('notes').insertOne({ text: 'kept' });
      const killed = mongod.pid!;
      process.kill(killed, 'SIGKILL');
      await vi.waitFor(() => expect(mongod.pid).not.toBe(killed), PATIENCE);
      await vi.waitFor(
        async () => expect(await connection.collection('notes').countDocuments()).toBe(1),
        PATIENCE,
      );
    });
    expect(said.join()).toContain('starting it again');
  });

  it('does not come back when it was stopped', async () => {
    const mongod = await start();
    await mongod.stop();
    expect(said).toEqual([]);
    expect(await readFile(lockFile(), 'utf8')).toBe('');
  });

  it('refuses data that another living hub uses', async () => {
    await start();
    await expect(start()).rejects.toThrow(`Another hub (process ${process.pid}) already uses`);
  });

  describe('after kill -9 of the hub', () => {
    /** A mongod on this test's data whose parent was killed; the command is as the hub would run it. */
    const killedHub = async (wrap: (command: Command) => Promise<Command> | Command): Promise<number> => {
      const first = await start();
      await put(first.uri);
      await first.stop();
      const port = Number(new URL(first.uri).port);
      const command = await wrap(
        mongodCommand({
          binary: inject('mongodBinary'),
          dbPath: join(dataDir, 'mongodb'),
          port,
          replicaSet: 'rs0',
        }),
      );
      const script =
        'const [program, ...args] = process.argv.slice(1);' +
        'console.log(require("node:child_process").spawn(program, args).pid); setInterval(() => {}, 1000);';
      const hub = spawn(process.execPath, ['-e', script, ...command]);
      const pid = Number(String((await once(hub.stdout, 'data'))[0]));
      await writeFile(join(dataDir, 'mongodb.json'), JSON.stringify({ port, hubPid: hub.pid }));
      await vi.waitFor(async () => expect(await readFile(lockFile(), 'utf8')).toBe(`${pid}\n`), PATIENCE);
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      return pid;
    };

    it('has no mongod left where the kernel can see to it', async () => {
      const pid = await killedHub(diesWithParent);
      await vi.waitFor(async () => expect(await runningProcess(pid)).toBeUndefined(), PATIENCE);
    });

    it('stops a mongod that was left, and starts with its data', async () => {
      const pid = await killedHub((command) => command);
      expect(await runningProcess(pid)).toBeDefined();
      const next = await start();
      expect(said.join()).toContain(`left behind (process ${pid})`);
      expect(await runningProcess(pid)).toBeUndefined();
      expect(await count(next.uri)).toBe(1);
    });
  });

  it('leaves a process alone that only has the number of an old mongod', async () => {
    await mkdir(join(dataDir, 'mongodb'));
    await writeFile(lockFile(), `${process.pid}\n`);
    await start();
    expect(said).toEqual([]);
  });

  it('says what MongoDB complains about when it cannot start', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(dataDir, 'mongodb', 'WiredTiger.turtle'), 'damaged');
    await expect(start()).rejects.toThrow(/MongoDB did not start: .*WiredTiger/);
  });
});
