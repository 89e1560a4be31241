import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSource } from './file-source.js';
import { LogFinder } from './find-log.js';
import { JournalSource } from './journal-source.js';
import type { LogSource } from './log-source.js';
import type { Surroundings } from './surroundings.js';

let folder: string;
let host: Surroundings;
const found: LogSource[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-host-'));
  chmodSync(folder, 0o755);
  const at = (...path: string[]) => join(folder, ...path);
  host = {
    ...{
      sshd: [at('sshd')],
      journalctl: [at('journalctl')],
      journals: [at('journal')],
      machineId: at('machine-id'),
    },
    logs: [at('auth.log'), at('secure')],
  };
});
afterEach(() => {
  for (const source of found.splice(0)) source.close();
  rmSync(folder, { recursive: true });
});

const put = (path: string, text = '') => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};
function putJournal(): void {
  put('machine-id', 'abc\n');
  put('journalctl');
  put('journal/abc/system.journal');
}
function look(
  finder = new LogFinder(host, () => undefined),
  last?: Parameters<LogFinder['look']>[0],
  now = 5_000,
) {
  const { source, problem } = finder.look(last, now);
  if (source) found.push(source);
  return { source, problem };
}

describe('LogFinder', () => {
  it('takes the journal where there is one, and no file beside it', () => {
    for (const path of ['sshd', 'auth.log']) put(path);
    putJournal();
    const { source } = look();
    expect(source).toBeInstanceOf(JournalSource);
    expect(source!.place).toEqual({ log: 'journal', t: 5_000 });
  });

  it('starts no journalctl on a host without sshd', () => {
    putJournal();
    expect(look()).toEqual({});
  });

  it('takes a log file where there is no journal', async () => {
    put('sshd');
    put('secure', 'text');
    const { source } = look();
    expect(source).toBeInstanceOf(FileSource);
    await source!.read(0);
    expect(source!.place).toMatchObject({ path: join(folder, 'secure'), places: [{ offset: 4 }] });
  });

  it('has nothing to say about a host without sshd and without logs', () => {
    const finder = new LogFinder(host, () => undefined);
    expect(look(finder)).toEqual({});
    expect(finder.sshdIsHere).toBe(false);
  });

  it('reads all of a file that was not there when it looked before', async () => {
    put('sshd');
    const lines: string[] = [];
    const finder = new LogFinder(host, ({ message }) => lines.push(message));
    expect(look(finder)).toEqual({});
    appendFileSync(join(folder, 'auth.log'), 'Mar 10 11:59:58 alpha sshd[8]: the first\n');
    await look(finder).source!.read(0);
    expect(lines).toEqual(['the first']);
  });

  it('goes on where an earlier start has read', async () => {
    for (const path of ['sshd', 'auth.log']) put(path);
    const place = { log: 'journal' as const, cursor: 's=1', t: 3_000 };
    const inFile = { log: 'file' as const, path: join(folder, 'auth.log'), places: [] };
    expect(look(undefined, { place: inFile, t: 4_000 }).source!.place).toEqual(inFile);
    // The journal has gone: a place in it means nothing in a file.
    expect(look(undefined, { place, t: 4_000 }).source!.place).toBeUndefined();
    putJournal();
    expect(look(undefined, { place, t: 4_000 }).source!.place).toEqual(place);
    // There was none before: what was written since then is in it.
    expect(look(undefined, { place: inFile, t: 4_000 }).source!.place).toEqual({ log: 'journal', t: 4_000 });
  });

  describe.runIf(process.getuid?.() === 0)('as a user that may not read everything', () => {
    const asNobody = (...parameters: Parameters<typeof look>) => {
      process.seteuid!(65_534);
      try {
        return look(...parameters);
      } finally {
        process.seteuid!(0);
      }
    };

    it('takes the file that it may read instead of the journal that it may not', () => {
      for (const path of ['sshd', 'auth.log']) put(path);
      putJournal();
      chmodSync(join(folder, 'journal/abc/system.journal'), 0o600);
      expect(asNobody().source).toBeInstanceOf(FileSource);
    });

    it('says what to do where it may read neither', () => {
      for (const path of ['sshd', 'auth.log']) put(path);
      putJournal();
      for (const path of ['journal/abc/system.journal', 'auth.log']) chmodSync(join(folder, path), 0o600);
      const { source, problem } = asNobody();
      expect(source).toBeUndefined();
      expect(problem).toMatch(
        /^the journal, .*auth\.log may not be read: run `usermod -aG systemd-journal,adm \w+`/,
      );
    });

    it('says nothing about logs it may not read where there is no sshd', () => {
      putJournal();
      chmodSync(join(folder, 'journal/abc/system.journal'), 0o600);
      expect(asNobody()).toEqual({});
    });
  });
});
