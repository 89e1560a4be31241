import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderLock } from './folder-lock.js';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Another process that holds the lock as this one would: it listens on the socket. */
async function holder(): Promise<ChildProcess> {
  const file = join(folder, 'holder.mjs');
  writeFileSync(
    file,
    `import { createServer } from 'node:net';
     createServer().listen(${JSON.stringify(join(folder, 'lock'))}, () => process.send('holding'));`,
  );
  const child = fork(file);
  children.push(child);
  await once(child, 'message');
  return child;
}

describe('FolderLock', () => {
  it('is one process’s until that releases it, and leaves nothing behind', async () => {
    const lock = await FolderLock.take(folder);
    expect(lock).toBeDefined();
    expect(await FolderLock.take(folder)).toBeUndefined();
    await lock!.release();
    expect(readdirSync(folder)).toEqual([]);
    await (await FolderLock.take(folder))!.release();
  });

  it('is held by a process that is stopped, and free as soon as that is killed', async () => {
    const child = await holder();
    child.kill('SIGSTOP');
    expect(await FolderLock.take(folder)).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(statSync(join(folder, 'lock')).isSocket()).toBe(true);
    const lock = await FolderLock.take(folder);
    expect(lock).toBeDefined();
    await lock!.release();
  });

  it('is got by one of several that find a stale one in the same moment', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const locks = await Promise.all(Array.from({ length: 8 }, () => FolderLock.take(folder)));
    const got = locks.filter((lock) => lock !== undefined);
    expect(got).toHaveLength(1);
    await got[0]!.release();
  });

  it('says when the folder cannot hold it', async () => {
    await expect(FolderLock.take(join(folder, 'missing'))).rejects.toThrow();
    const long = join(folder, 'x'.repeat(120));
    mkdirSync(long);
    await expect(FolderLock.take(long)).rejects.toThrow('its path is too long');
  });
});
