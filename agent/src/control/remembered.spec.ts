import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLog } from '../../test/test-agent.js';
import { Remembered } from './remembered.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-state-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const open = (boot = 'boot-1', stateDir: string | undefined = folder) => {
  const { log, lines } = memoryLog();
  return { remembered: new Remembered(stateDir, log, () => boot), lines };
};
const file = () => join(folder, 'from-hub.json');

describe('Remembered', () => {
  it('knows after a restart what the hub said', async () => {
    const { remembered } = open();
    remembered.note({ settings: { interval: 5000 } });
    remembered.note({ hubOrigin: 1_800_000_000_000 });
    await remembered.written();
    expect(open().remembered.told).toEqual({ settings: { interval: 5000 }, hubOrigin: 1_800_000_000_000 });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['from-hub.json']);
  });

  it("keeps the settings but not the hub's time over a restart of the host", async () => {
    const { remembered } = open('boot-1');
    remembered.note({ settings: { interval: 5000 }, hubOrigin: 1_800_000_000_000 });
    await remembered.written();
    expect(open('boot-2').remembered.told).toEqual({ settings: { interval: 5000 } });
  });

  it('writes the last of what is said while it writes', async () => {
    const { remembered } = open();
    for (let interval = 1000; interval < 1100; interval++) remembered.note({ settings: { interval } });
    await remembered.written();
    expect(open().remembered.told.settings.interval).toBe(1099);
  });

  it('makes the folder', async () => {
    const { remembered } = open('boot-1', join(folder, 'new/state'));
    remembered.note({ settings: { services: ['nginx'] } });
    await remembered.written();
    expect(readFileSync(join(folder, 'new/state/from-hub.json'), 'utf8')).toContain('nginx');
  });

  it('begins anew where the file is torn, or follows what it understands of it', () => {
    writeFileSync(file(), '{"settings":');
    const { remembered, lines } = open();
    expect(remembered.told).toEqual({ settings: {} });
    expect(lines.join()).toContain('cannot be read');
    writeFileSync(file(), '{"settings":{"interval":1,"services":["a"]}}');
    expect(open().remembered.told).toEqual({ settings: { services: ['a'] } });
  });

  it('says once that it cannot keep anything, and goes on', async () => {
    mkdirSync(`${file()}.new`);
    const { remembered, lines } = open();
    for (const interval of [1000, 2000]) {
      remembered.note({ settings: { interval } });
      await remembered.written();
    }
    expect(lines).toEqual([expect.stringContaining('cannot be kept')]);
    expect(remembered.told.settings.interval).toBe(2000);
  });

  it('keeps nothing where there is no folder for it', async () => {
    const { remembered, lines } = open('boot-1', undefined);
    remembered.note({ settings: { interval: 2000 } });
    await remembered.written();
    expect(lines).toEqual([]);
  });
});
