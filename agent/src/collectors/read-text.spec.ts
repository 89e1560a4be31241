import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAgain, readText } from './read-text.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'read-text-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const openFiles = () =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });

describe('readAgain', () => {
  it('gives what the kernel says now, each time, and opens the file once', () => {
    const first = readAgain('/proc/self/stat');
    const until = performance.now() + 50;
    while (performance.now() < until);
    // Ticks that this process has used.
    expect(readAgain('/proc/self/stat')).not.toBe(first);
    readAgain('/proc/self/stat');
    expect(openFiles().filter((path) => path.endsWith('/stat'))).toHaveLength(1);
  });

  it('reads long files whole, which the kernel gives in pieces', () => {
    const long = readAgain('/proc/kallsyms');
    expect(long.length).toBeGreaterThan(100_000);
    expect(long).toBe(readText('/proc/kallsyms'));
    expect(readAgain('/proc/loadavg')).toMatch(/^[\d.]+ [\d.]+ [\d.]+ \d+\/\d+ \d+\n$/);
  });

  it('opens a file anew when it can be read no longer, and holds on to none that is gone', async () => {
    const child = spawn('sleep', ['60']);
    const path = `/proc/${child.pid}/stat`;
    expect(readAgain(path)).toContain('(sleep)');
    expect(readAgain(path)).toContain('(sleep)');
    const ended = once(child, 'close');
    child.kill();
    await ended;
    // Of the old file the kernel says ESRCH: this is the answer to a new attempt.
    expect(() => readAgain(path)).toThrow('ENOENT');
    expect(openFiles()).not.toContain(path);
  });

  it('keeps nothing open outside of /proc, where others may write', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'one');
    expect(readAgain(path)).toBe('one');
    rmSync(path);
    writeFileSync(path, 'two, longer');
    expect(readAgain(path)).toBe('two, longer');
    expect(openFiles()).not.toContain(path);
  });

  it('says which file is not there', () => {
    expect(() => readAgain('/proc/no-such-file')).toThrow("'/proc/no-such-file'");
    expect(() => readAgain(join(folder, 'none'))).toThrow('ENOENT');
  });
});
