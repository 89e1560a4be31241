import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Stored } from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveService } from '../src/live/live.service.js';
import { startDataHub } from './data.js';

const run = promisify(execFile);
const EXAMPLES = resolve(import.meta.dirname, '../../docs/examples');
const WINDOW_MS = 5 * 60_000;

/** What of this machine's root is not available to users, in percent, as `df` counts. */
async function rootUsage(): Promise<number> {
  const { blocks, bfree, bavail } = await statfs('/');
  return (100 * (blocks - bfree)) / (blocks - bfree + bavail);
}

let hub: Awaited<ReturnType<typeof startDataHub>>;
let folder: string;
beforeAll(async () => {
  hub = await startDataHub();
  folder = await mkdtemp(join(tmpdir(), 'tocsin-examples-'));
});
afterAll(async () => {
  await hub?.stop();
  await rm(folder, { recursive: true });
});

describe.each([
  ['report.sh', 'bash'],
  ['report.py', 'python3'],
])('docs/examples/%s', (file, interpreter) => {
  const report = (env: Record<string, string>) =>
    run(interpreter, [join(EXAMPLES, file)], {
      env: { PATH: process.env.PATH, TOCSIN_HUB: hub.url, ...env },
    });

  it('reports this machine, and the hub has its values', async () => {
    const host = await hub.host();
    const keyFile = join(folder, file);
    await writeFile(keyFile, `${host.key}\n`, { mode: 0o600 });
    const { stdout } = await report({ TOCSIN_KEY_FILE: keyFile });
    const answer = JSON.parse(stdout) as Stored;
    expect(answer).toMatchObject({ stored: 1, refused: [], live: true, host: { id: host.id } });
    expect(Math.abs(answer.t - answer.time)).toBeLessThan(20_000);

    const metrics = ['cpu.usage', 'ram.usage', 'disk.usage', 'net.in', 'net.out'];
    const values = await hub.values(host.id, metrics, answer.t - WINDOW_MS, answer.t + WINDOW_MS);
    for (const metric of metrics.filter((one) => one !== 'disk.usage')) {
      expect(values[metric], metric).toEqual([expect.any(Number)]);
      expect(values[metric]![0]).toBeGreaterThanOrEqual(0);
    }
    expect(values['ram.usage']![0]).toBeGreaterThan(0);
    expect(Math.abs(values['disk.usage:/']![0]! - (await rootUsage()))).toBeLessThan(2);
    const { summary } = hub
      .service(LiveService)
      .overview(hub.tenantId, undefined, Date.now())
      .hosts.find(({ id }) => id === host.id)!;
    expect(summary).toMatchObject({ t: answer.t, cpu: expect.any(Number), ram: expect.any(Number) });
  });

  it('takes the key from the environment too', async () => {
    const host = await hub.host();
    expect(JSON.parse((await report({ TOCSIN_KEY: host.key })).stdout)).toMatchObject({ stored: 1 });
  });

  it('says what the hub says when it is refused, and ends with an error', async () => {
    const refused: { code?: number; stdout: string; stderr: string } = await report({
      TOCSIN_KEY: `toc_${'A'.repeat(43)}`,
    }).catch((error) => error);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.stdout + refused.stderr).toContain('The hub does not know this key.');
  });

  it('says what it needs', async () => {
    await expect(report({})).rejects.toMatchObject({ stderr: expect.stringContaining('TOCSIN_KEY_FILE') });
  });
});
