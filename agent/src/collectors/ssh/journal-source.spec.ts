import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JournalSource } from './journal-source.js';

let folder: string;
let read: string[];
let source: JournalSource | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-journal-'));
  read = [];
});
afterEach(() => {
  source?.close();
  source = undefined;
  rmSync(folder, { recursive: true });
});

const record = (number: number, t = number) =>
  JSON.stringify({
    ...{ __CURSOR: `s=1;i=${number}`, __REALTIME_TIMESTAMP: `${t * 1000}` },
    ...{ _PID: '7', MESSAGE: `${number}` },
  });

/** Stands in for journalctl: each start runs the next of these shell scripts, and notes what it was asked. */
function journalctl(...scripts: string[]): string {
  const program = join(folder, 'journalctl');
  scripts.forEach((script, number) => writeFileSync(join(folder, `script-${number}`), script));
  writeFileSync(
    program,
    `#!/bin/sh
n=$(cat ${folder}/starts 2>/dev/null || echo 0)
echo $((n + 1)) >${folder}/starts
printf '%s\\n' "$@" >${folder}/arguments-$n
. ${folder}/script-$n
`,
  );
  chmodSync(program, 0o755);
  return program;
}
const asked = (start: number) =>
  readFileSync(join(folder, `arguments-${start}`), 'utf8')
    .trim()
    .split('\n');
const saying = (...records: string[]) => records.map((line) => `echo '${line}'\n`).join('');
const STAY = 'exec sleep 60\n';

function follow(program: string, place: ConstructorParameters<typeof JournalSource>[0]): JournalSource {
  return (source = new JournalSource(place, 'abc', ({ message }) => read.push(message), program));
}

describe('JournalSource', () => {
  it('asks for what root wrote as sshd, from the moment of its start, and hands it over', async () => {
    const followed = follow(journalctl(saying(record(4_000), record(5_000), record(6_000)) + STAY), {
      ...{ log: 'journal', t: 4_500 },
    });
    followed.read(0);
    await vi.waitFor(() => expect(read).toEqual(['5000', '6000']));
    expect(asked(0)).toEqual([
      ...['--follow', '--no-tail', '--no-pager', '--quiet', '--output=json', '--merge'],
      '--output-fields=MESSAGE,_PID,SYSLOG_PID',
      '--since=@4',
      ...[
        '_MACHINE_ID=abc',
        '_UID=0',
        'SYSLOG_IDENTIFIER=sshd',
        'SYSLOG_IDENTIFIER=sshd-session',
        'SYSLOG_IDENTIFIER=sshd-auth',
      ],
    ]);
    expect(followed.place).toEqual({ log: 'journal', cursor: 's=1;i=6000', t: 6_000 });
    expect(followed.problem).toBeUndefined();
  });

  it('goes on behind the last record that was read, whether the journal still has it or not', async () => {
    follow(journalctl(saying(record(1), record(2)) + STAY), { log: 'journal', cursor: 's=1;i=1', t: 1 }).read(
      0,
    );
    await vi.waitFor(() => expect(read).toEqual(['2']));
    expect(asked(0)).toContain('--cursor=s=1;i=1');
    source!.close();
    read = [];
    follow(journalctl('', saying(record(3), record(4)) + STAY), {
      log: 'journal',
      cursor: 's=1;i=2',
      t: 2,
    }).read(0);
    await vi.waitFor(() => expect(read).toEqual(['3', '4']));
  });

  it('starts journalctl again when it ends, at once after a good run and ever later after bad ones', async () => {
    const followed = follow(journalctl(saying(record(1)), saying(record(1), record(2)), 'exit 3', STAY), {
      ...{ log: 'journal', t: 0 },
    });
    const starts = () => Number(readFileSync(join(folder, 'starts'), 'utf8'));
    const ended = () => vi.waitFor(() => expect(followed.problem).toMatch(/^journalctl ended: with \d$/));
    followed.read(0);
    await ended();
    followed.read(999);
    expect(starts()).toBe(1);
    followed.read(1_000);
    await vi.waitFor(() => expect(read).toEqual(['1', '2']));
    await ended();
    expect(asked(1)).toContain('--cursor=s=1;i=1');
    followed.read(2_999);
    expect(starts()).toBe(2);
    followed.read(3_000);
    await vi.waitFor(() => expect(followed.problem).toBe('journalctl ended: with 3'));
    followed.read(6_999);
    followed.read(7_000);
    await vi.waitFor(() => expect(starts()).toBe(4));
    expect(followed.problem).toBeUndefined();
  });

  it('says why journalctl ended, and starts from the time when it does not like the place', async () => {
    const followed = follow(
      journalctl("echo 'Failed to seek to cursor: Invalid argument' >&2; exit 1", STAY),
      {
        ...{ log: 'journal', cursor: 'nonsense', t: 4_000 },
      },
    );
    followed.read(0);
    await vi.waitFor(() =>
      expect(followed.problem).toBe('journalctl ended: Failed to seek to cursor: Invalid argument'),
    );
    followed.read(1_000);
    await vi.waitFor(() => expect(existsSync(join(folder, 'arguments-1'))).toBe(true));
    expect(asked(1)).toContain('--since=@4');
  });

  it('says that journalctl is missing', async () => {
    const followed = follow(join(folder, 'nothing'), { log: 'journal', t: 0 });
    followed.read(0);
    await vi.waitFor(() => expect(followed.problem).toMatch(/ENOENT/));
  });

  it('reads a flood piece by piece, so that timers are not kept waiting', async () => {
    const lines = Array.from({ length: 100_000 }, (_, number) => record(number + 1));
    writeFileSync(join(folder, 'flood'), `${lines.join('\n')}\n`);
    let latest = performance.now();
    let longest = 0;
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - latest);
      latest = performance.now();
    }, 5);
    follow(journalctl(`cat ${folder}/flood\n${STAY}`), { log: 'journal', t: 0 }).read(0);
    await vi.waitFor(() => expect(read).toHaveLength(100_000), { timeout: 30_000, interval: 50 });
    clearInterval(timer);
    expect(read.at(-1)).toBe('100000');
    // One piece takes a millisecond; the rest is what else this machine does.
    expect(longest).toBeLessThan(1_000);
  }, 60_000);

  it('ends journalctl when it is closed', async () => {
    follow(journalctl(`echo $$ >${folder}/pid\n${STAY}`), { log: 'journal', t: 0 }).read(0);
    await vi.waitFor(() => expect(readFileSync(join(folder, 'pid'), 'utf8')).toMatch(/\d\n/));
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    source!.close();
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow());
  });
});
