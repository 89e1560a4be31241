import { execFile, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkFor, Frame } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestHub } from './test-hub.js';

const AGENT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(AGENT, 'dist/main.js');
const env = { PATH: process.env.PATH };

// Each test starts processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 30_000 });

let hub: TestHub;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', join(AGENT, 'tsconfig.build.json')]);
  folder = mkdtempSync(join(tmpdir(), 'tocsin-agent-'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  hub = await TestHub.start();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await hub.kill();
});

/** Runs the agent to its end. */
const run = (...args: string[]) => execute([process.execPath, MAIN], args);

async function execute([program, ...before]: string[], args: string[]) {
  const child = spawn(program!, [...before, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

/** Starts the agent as a child with an IPC channel, once it reports. */
async function start(...args: string[]): Promise<ChildProcess> {
  const all = ['--hub', hub.url, '--key', 'toc_x', '--interval', '100ms', ...args];
  const child = fork(MAIN, all, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  await vi.waitFor(() => expect(hub.received.length).toBeGreaterThan(1), { timeout: 10_000 });
  return child;
}

describe('tocsin-agent', () => {
  it('print shows one frame that a hub would accept, and needs no hub', async () => {
    const { code, out } = await run('print');
    const frame: unknown = JSON.parse(out);
    expect(checkFor(Frame).accepts(frame)).toBe(true);
    expect(frame).toMatchObject({ seq: 0, cpu: expect.anything(), ram: expect.anything() });
    expect(code).toBe(0);
  });

  it.runIf(process.getuid?.() === 0)(
    'print shows one frame of a host with 200 mounts and 500 interfaces',
    async () => {
      const script = `set -e
        mount --make-rprivate /
        mount -t sysfs none /sys
        mount -t tmpfs none /media
        for i in $(seq 200); do mkdir /media/$i; mount -t tmpfs -o size=64k none /media/$i; done
        for i in $(seq 250); do echo "link add lan$i type veth peer name wan$i"; done | ip -batch -
        exec "$0" "$@"`;
      const inOwnWorld = ['unshare', '--mount', '--net', 'sh', '-c', script];
      const { out, code } = await execute(inOwnWorld, [
        process.execPath,
        MAIN,
        'print',
        '--include-disks',
        '/media/*',
      ]);
      const frame = JSON.parse(out) as Frame;
      expect(code).toBe(0);
      expect(checkFor(Frame).accepts(frame)).toBe(true);
      expect(frame.disks!.filter(({ mount }) => mount.startsWith('/media/'))).toHaveLength(200);
      expect(frame.network?.interfaces).toHaveLength(500);
      expect(frame.failures?.filter(({ collector }) => collector !== 'services') ?? []).toEqual([]);
    },
    30_000,
  );

  it('check ends with 0 where the hub knows the host', async () => {
    const { code, out } = await run('check', '--hub', hub.url, '--key', 'toc_x');
    expect(out).toContain('knows this host as web-1');
    expect(code).toBe(0);
  });

  it('check ends with 3 and the reason where there is no way in', async () => {
    hub.refusal = { code: 'unknown_key', message: 'The hub does not know this key.' };
    const { code, out } = await run('check', '--hub', hub.url, '--key', 'toc_secret');
    expect(out).toContain('does not know this key');
    expect(out).not.toContain('toc_secret');
    expect(code).toBe(3);
  });

  it('ends with 2 and one line that names file, line and key of a mistake', async () => {
    const file = join(folder, 'agent.yaml');
    writeFileSync(file, 'hub: https://hub.example\nintervall: 1s\n');
    const { code, err } = await run('--config', file);
    expect(err).toBe(`tocsin-agent: ${file}:2: intervall is not known; did you mean interval?\n`);
    expect(code).toBe(2);
  });

  it('ends with 2 at a word that it does not know, and says which was meant', async () => {
    const { code, err } = await run('pirnt');
    expect(err).toBe('tocsin-agent: pirnt is not known; did you mean print?\n');
    expect(code).toBe(2);
  });

  it('help names every setting, version its version, also as flags', async () => {
    expect((await run('help')).out).toContain('--exclude-interfaces');
    expect((await run('--help')).out).toBe((await run('help')).out);
    expect((await run('version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('says goodbye on SIGTERM and ends well', async () => {
    const agent = await start();
    agent.kill('SIGTERM');
    const [code] = (await once(agent, 'exit')) as [number];
    expect(code).toBe(0);
    expect(hub.byes).toEqual(['restart']);
  });

  it('does not outlive the process that started it', async () => {
    const agent = await start();
    agent.disconnect();
    const [code] = (await once(agent, 'exit')) as [number];
    expect(code).toBe(0);
    expect(hub.byes).toEqual(['restart']);
  });

  it('--simulate says what it is, and spikes when it is asked to', async () => {
    const agent = await start('--simulate');
    expect(hub.handshakes.at(-1)?.agent.simulated).toBe(true);
    agent.kill('SIGUSR2');
    await vi.waitFor(() => expect(hub.lastFrame?.cpu?.usage).toBeGreaterThan(90), { timeout: 20_000 });
  }, 30_000);

  it('does not load the schema library, which would cost it 26 MB', () => {
    const dist = join(AGENT, 'dist');
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    expect(built.length).toBeGreaterThan(20);
    expect(
      built.filter((file) =>
        /from '(@tocsin\/shared|typebox.*)'/.test(readFileSync(join(dist, file), 'utf8')),
      ),
    ).toEqual([]);
  });
});
