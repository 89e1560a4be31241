import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../config/environment.js';
import { findMongod, type MongodSource } from './find-mongod.js';

describe('findMongod', () => {
  let folder: string;
  let cacheDir: string;
  let said: string[];
  const report = (message: string) => said.push(message);

  /** A program that says it is a mongod of that version. */
  const mongodAt = async (file: string, version: string): Promise<string> => {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho "db version v${version}"\n`, { mode: 0o755 });
    return file;
  };
  const none: MongodSource = async () => {
    throw new Error('getaddrinfo ENOTFOUND fastdl.mongodb.org');
  };
  const offers =
    (version: string): MongodSource =>
    (into) =>
      mongodAt(join(into, 'bin', 'mongod'), version);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-binary-'));
    cacheDir = join(folder, 'cache');
    said = [];
    // The machine that runs the tests may have a mongod.
    vi.stubEnv('PATH', join(folder, 'path'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it('takes the given one before all others', async () => {
    const given = await mongodAt(join(folder, 'mine'), '7.0.1');
    await mongodAt(join(folder, 'path', 'mongod'), '8.0.0');
    expect(await findMongod({ mongodPath: given, cacheDir }, report, [])).toBe(given);
  });

  it.each([
    ['does not run as one', undefined],
    ['is version 4.4.2', '4.4.2'],
  ])('refuses a given one that %s, naming the variable', async (fault, version) => {
    const given = join(folder, 'mine');
    if (version !== undefined) await mongodAt(given, version);
    const finding = findMongod({ mongodPath: given, cacheDir }, report, [offers('8.0.0')]);
    await expect(finding).rejects.toThrow(ConfigError);
    await expect(finding).rejects.toThrow(`MONGOD_PATH is "${given}", which ${fault}`);
  });

  it('takes the one on PATH before a cached one', async () => {
    await mongodAt(join(folder, 'path', 'mongod'), '8.0.0');
    await mongodAt(join(cacheDir, 'mongod'), '8.2.6');
    expect(await findMongod({ cacheDir }, report, [])).toBe('mongod');
  });

  it('passes one on PATH that is too old, and says so', async () => {
    await mongodAt(join(folder, 'path', 'mongod'), '3.6.8');
    const cached = await mongodAt(join(cacheDir, 'mongod'), '8.2.6');
    expect(await findMongod({ cacheDir }, report, [])).toBe(cached);
    expect(said).toEqual(['mongod is version 3.6.8, but 6 or later is needed']);
  });

  it('downloads from the first source that has one, keeps it, and says what it does', async () => {
    const cached = join(cacheDir, 'mongod');
    expect(await findMongod({ cacheDir }, report, [none, offers('8.2.6')])).toBe(cached);
    expect(said).toEqual([
      'No mongod on this machine: downloading one. This happens once.',
      'That did not work: getaddrinfo ENOTFOUND fastdl.mongodb.org',
    ]);
    expect(await findMongod({ cacheDir }, report, [])).toBe(cached);
    expect(await readdir(cacheDir)).toEqual(['mongod']);
  });

  it('keeps nothing that does not run here', async () => {
    const broken: MongodSource = async (into) => {
      await writeFile(join(into, 'mongod'), 'not for this machine');
      return join(into, 'mongod');
    };
    const finding = findMongod({ cacheDir }, report, [broken]);
    await expect(finding).rejects.toThrow('Set MONGODB_URI to a running one, or MONGOD_PATH');
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
