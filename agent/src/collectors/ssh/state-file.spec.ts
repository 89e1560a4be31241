import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile } from './state-file.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tocsin-state-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const file = (version = 1) => new StateFile<{ a: number }>(join(folder, 'inner/state.json'), version);

describe('StateFile', () => {
  it('gives back what was saved, and leaves nothing else behind', async () => {
    expect(await file().load()).toBeUndefined();
    await file().save({ a: 1 });
    await file().save({ a: 2 });
    expect(await file().load()).toEqual({ a: 2 });
    expect(readdirSync(join(folder, 'inner'))).toEqual(['state.json']);
    expect(statSync(join(folder, 'inner/state.json')).mode & 0o777).toBe(0o600);
  });

  it('takes what another version wrote, or half a file, for nothing', async () => {
    await file(1).save({ a: 1 });
    expect(await file(2).load()).toBeUndefined();
    const path = join(folder, 'inner/state.json');
    const text = readFileSync(path, 'utf8');
    for (const broken of [text.slice(0, -5), '', 'null', '[]', '{"version":1}', '{"version":1,"state":7}']) {
      writeFileSync(path, broken);
      expect(await file().load()).toBeUndefined();
    }
  });

  it('says why nothing can be saved', async () => {
    writeFileSync(join(folder, 'inner'), 'a file where the folder should be');
    await expect(file().save({ a: 1 })).rejects.toThrow(/ENOTDIR/);
  });

  it('knows while a write is on its way', async () => {
    const one = file();
    const saving = one.save({ a: 1 });
    expect(one.busy).toBe(true);
    await saving;
    expect(one.busy).toBe(false);
  });
});
