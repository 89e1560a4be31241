import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSource } from './file-source.js';
import type { FilePlace } from './log-source.js';

let folder: string;
let log: string;
let written: number;
let read: string[];
const open: FileSource[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
  log = join(folder, 'auth.log');
  written = 0;
  read = [];
});
afterEach(() => {
  for (const source of open.splice(0)) source.close();
  rmSync(folder, { recursive: true });
});

function follow(places?: readonly FilePlace[]): FileSource {
  const source = new FileSource(log, places, ({ message }) => read.push(message));
  open.push(source);
  return source;
}

const line = (number: number) => `2026-03-10T11:59:58+00:00 alpha sshd[812]: ${number}\n`;
/** Writes so many new lines to the end of a file. */
function write(count = 1, path = log): void {
  for (let i = 0; i < count; i++) appendFileSync(path, line(written++));
}
const all = () => Array.from({ length: written }, (_, number) => `${number}`);
/** Stops, as if killed, and goes on from what was saved. */
function restart(source: FileSource): FileSource {
  const place = JSON.parse(JSON.stringify(source.place)) as { places: FilePlace[] };
  source.close();
  return follow(place.places);
}
/** Old files got older: their times say in which order they were written. */
const age = (path: string, hours: number) =>
  utimesSync(path, Date.now() / 1000, Date.now() / 1000 - hours * 3_600);

describe('FileSource', () => {
  it('begins at the end of a log that is there, and hands over each line that follows once', async () => {
    appendFileSync(log, line(-1));
    const source = follow();
    await source.read(0);
    expect(read).toEqual([]);
    write(3);
    appendFileSync(log, 'Mar 10 11:59:58 alpha cron[3]: something else\n');
    await source.read(1);
    write(2);
    await source.read(2);
    await source.read(3);
    expect(read).toEqual(all());
  });

  it('reads a log from its start that appears later', async () => {
    const source = follow();
    await source.read(0);
    expect(source.problem).toBeUndefined();
    write(2);
    await source.read(1);
    expect(read).toEqual(all());
  });

  it('waits for the end of a line', async () => {
    appendFileSync(log, 'half of a li');
    const source = follow();
    await source.read(0);
    appendFileSync(log, `ne sshd[1]: fake\n${line(0).slice(0, 20)}`);
    await source.read(1);
    expect(read).toEqual([]);
    appendFileSync(log, line(0).slice(20));
    await source.read(2);
    expect(read).toEqual(['0']);
  });

  it('begins a line anew that was cut by a restart', async () => {
    const source = follow();
    await source.read(0);
    write(1);
    appendFileSync(log, line(1).slice(0, 30));
    await source.read(1);
    const next = restart(source);
    await next.read(2);
    appendFileSync(log, line(1).slice(30));
    await next.read(3);
    expect(read).toEqual(['0', '1']);
  });

  it('passes over a line of a megabyte', async () => {
    const source = follow();
    await source.read(0);
    appendFileSync(log, `2026-03-10T11:59:58+00:00 alpha sshd[8]: ${'x'.repeat(1_000_000)}\n`);
    write(1);
    await source.read(1);
    expect(read).toEqual(['0']);
  });

  it('follows a rotation by renaming, to whose old file is still written for a while', async () => {
    writeFileSync(log, '');
    const source = follow();
    await source.read(0);
    write(2);
    renameSync(log, `${log}.1`);
    write(1, `${log}.1`);
    await source.read(1);
    writeFileSync(log, '');
    await source.read(2);
    write(1, `${log}.1`);
    await source.read(3);
    write(2);
    await source.read(4);
    expect(read).toEqual(all());
    await source.read(100_000);
    expect(source.place).toMatchObject({ places: [{ offset: line(1).length * 2 }] });
  });

  it('follows a rotation whose old file is gone before it was read to its end', async () => {
    writeFileSync(log, '');
    const source = follow();
    await source.read(0);
    write(2);
    renameSync(log, `${log}.1`);
    unlinkSync(`${log}.1`);
    write(2);
    await source.read(1);
    expect(read).toEqual(all());
  });

  it('follows a rotation by copying, and reads the rest from the copy', async () => {
    const source = follow();
    await source.read(0);
    write(3);
    await source.read(1);
    write(2);
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    write(1);
    await source.read(2);
    expect(read).toEqual(all());
  });

  it('sees that a log was emptied although it has grown beyond where it was', async () => {
    const source = follow();
    await source.read(0);
    write(2);
    await source.read(1);
    truncateSync(log);
    write(20);
    await source.read(2);
    expect(read).toEqual(all());
  });

  it('goes on where it was after a restart', async () => {
    const source = follow();
    await source.read(0);
    write(2);
    await source.read(1);
    write(2);
    await restart(source).read(0);
    expect(read).toEqual(all());
  });

  it.each([
    ['renamed once', () => renameSync(log, `${log}.1`)],
    ['renamed by date', () => renameSync(log, `${log}-20260310`)],
    [
      'renamed and packed',
      () => {
        writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
        unlinkSync(log);
      },
    ],
    [
      'copied and emptied',
      () => {
        copyFileSync(log, `${log}.1`);
        unlinkSync(log);
      },
    ],
    [
      'renamed twice',
      () => {
        renameSync(log, `${log}.2`);
        age(`${log}.2`, 2);
        write(3, `${log}.1`);
        age(`${log}.1`, 1);
      },
    ],
    [
      'renamed twice and packed',
      () => {
        writeFileSync(`${log}.2.gz`, gzipSync(readFileSync(log)));
        age(`${log}.2.gz`, 2);
        unlinkSync(log);
        write(3, `${log}.1`);
        age(`${log}.1`, 1);
      },
    ],
  ])('reads what is left of a log that was %s while nobody looked', async (_, rotate) => {
    appendFileSync(`${log}.9`, line(-9));
    age(`${log}.9`, 9);
    appendFileSync(log, 'Mar 10 11:59:58 alpha cron[3]: the first line\n');
    const source = follow();
    await source.read(0);
    write(2);
    await source.read(1);
    const place = JSON.parse(JSON.stringify(source.place)) as { places: FilePlace[] };
    source.close();
    write(2);
    rotate();
    write(2);
    const next = follow(place.places);
    await next.read(0);
    write(1);
    await next.read(1);
    expect(read).toEqual(all());
  });

  it('reads nothing twice of a copy that is being made', async () => {
    const source = follow();
    await source.read(0);
    write(3);
    await source.read(1);
    const place = JSON.parse(JSON.stringify(source.place)) as { places: FilePlace[] };
    source.close();
    copyFileSync(log, `${log}.1`);
    write(1);
    await follow(place.places).read(0);
    expect(read).toEqual(all());
  });

  it('takes a log that has nothing to do with the one it knew for a new one', async () => {
    write(3);
    const source = follow([{ inode: 1, offset: 500, head: 'ffffffffffffffff', headBytes: 256 }]);
    await source.read(0);
    expect(read).toEqual(all());
  });

  it.runIf(process.getuid?.() === 0)(
    'says what to do about a log that it may not read, and goes on when it may',
    async () => {
      write(1);
      chmodSync(log, 0o600);
      chmodSync(folder, 0o755);
      const source = follow([]);
      process.seteuid!(65_534);
      try {
        await source.read(0);
      } finally {
        process.seteuid!(0);
      }
      expect(source.problem).toMatch(/auth\.log may not be read: run `usermod -aG systemd-journal,adm \w+`/);
      await source.read(1);
      expect(source.problem).toBeUndefined();
      expect(read).toEqual(all());
    },
  );

  it('hands over each line once whatever happens to the log, in any order', async () => {
    const action = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('write' as const), count: fc.integer({ min: 1, max: 4 }) }),
      },
      { weight: 3, arbitrary: fc.constant({ kind: 'read' as const }) },
      { weight: 2, arbitrary: fc.constantFrom({ kind: 'rename' as const }, { kind: 'copy' as const }) },
      { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(join(tmpdir(), 'tocsin-log-'));
        log = join(folder, 'auth.log');
        written = 0;
        read = [];
        writeFileSync(log, 'Mar 10 11:59:58 alpha cron[3]: the first line\n');
        let now = 0;
        let rotations = 0;
        let source = follow();
        await source.read(now++);
        // What logrotate keeps: each older one has a higher number, and an older time.
        const shift = () => {
          rotations++;
          for (let n = rotations; n > 1; n--) {
            renameSync(`${log}.${n - 1}`, `${log}.${n}`);
            age(`${log}.${n}`, n);
          }
        };
        for (const step of actions) {
          if (step.kind === 'write') write(step.count);
          else if (step.kind === 'read') await source.read(now++);
          else if (step.kind === 'restart') {
            source = restart(source);
            await source.read(now++);
          } else {
            shift();
            if (step.kind === 'rename') {
              renameSync(log, `${log}.1`);
              writeFileSync(log, '');
            } else {
              copyFileSync(log, `${log}.1`);
              truncateSync(log);
            }
            write(1);
            // Between two rotations it is read at least once, as it is in any real day.
            await source.read(now++);
          }
        }
        await source.read(now);
        expect(read.toSorted()).toEqual(all().toSorted());
      }),
      { numRuns: 60 },
    );
  });
});
