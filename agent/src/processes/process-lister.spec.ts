import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { checkFor, ProcessList } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessLister } from './process-lister.js';
import { readProcessTable } from './process-table.js';

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-proc-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const stat = (name: string, ticks: number, pages: number) =>
  `1 (${name}) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 5 0 ${pages} 0\n`;
function write(pid: number, name: string, ticks = 0, pages = 1): void {
  mkdirSync(join(folder, String(pid)), { recursive: true });
  writeFileSync(join(folder, String(pid), 'stat'), stat(name, ticks, pages));
}

describe('ProcessLister', () => {
  it('finds the process of this machine that keeps a core busy, with its user', async () => {
    const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
    children.push(busy);
    await once(busy, 'spawn');
    const list = await new ProcessLister().list();
    expect(checkFor(ProcessList).accepts(list), JSON.stringify(checkFor(ProcessList).fault(list))).toBe(true);
    const found = list.byCpu.find(({ pid }) => pid === busy.pid);
    expect(found).toMatchObject({ user: userInfo().username });
    expect(found!.cpu).toBeGreaterThan(0);
    expect(found!.memory).toBeGreaterThan(1_000_000);
    expect(list.byMemory.length).toBeGreaterThan(0);
  });

  it('begins with the reading before when it is asked again soon', async () => {
    write(7, 'worker', 0);
    const lister = new ProcessLister(folder);
    await lister.list();
    write(7, 'worker', 50);
    expect((await lister.list()).byCpu).toMatchObject([{ pid: 7, name: 'worker' }]);
  });

  it('makes one list for all who ask at the same time', async () => {
    write(7, 'worker');
    const lister = new ProcessLister(folder);
    const [one, two] = await Promise.all([lister.list(), lister.list()]);
    expect(one).toBe(two);
  });

  it('cleans names that somebody chose, and shows a user without a name by number', async () => {
    write(7, 'ev\u001b[31mil\u0007');
    write(8, '');
    const { byMemory } = await new ProcessLister(folder, join(folder, 'no-passwd')).list();
    expect(byMemory.map(({ name, user }) => [name, user])).toEqual([
      ['ev[31mil', String(process.getuid!())],
      ['?', String(process.getuid!())],
    ]);
  });

  it('passes over processes that cannot be read', async () => {
    write(7, 'worker');
    mkdirSync(join(folder, '8')); // has ended, or is hidden
    const { byMemory } = await new ProcessLister(folder).list();
    expect(byMemory).toHaveLength(1);
  });
});

describe('readProcessTable', () => {
  it('lets everything else have its turn while it reads two thousand processes', async () => {
    for (let pid = 1; pid <= 2000; pid++) write(pid, 'worker');
    let turns = 0;
    const turn = () => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    const { processes } = await readProcessTable(folder);
    clearImmediate(next);
    expect(processes.size).toBe(2000);
    expect(turns).toBeGreaterThan(3);
  });
});
