import { execFile, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkFor, Frame, ProcessList } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestHub } from './test-hub.js';

const AGENT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(AGENT, 'dist/main.js');
const env = { PATH: process.env.PATH };

// Each test starts processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 30_000 });

const waiting = { timeout: 20_000, interval: 100 };

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

/** Starts the agent as a child with an IPC channel. */
function launch(...args: string[]): ChildProcess {
  const child = fork(MAIN, args, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  children.push(child);
  return child;
}

/** The same with a key, once it reports. */
async function start(...args: string[]): Promise<ChildProcess> {
  const child = launch('--hub', hub.url, '--key', 'toc_x', '--interval', '100ms', ...args);
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

  it('lists the processes of its host when the hub asks, and made-up ones of a made-up host', async () => {
    const child = await start();
    const real = await hub.askProcesses();
    expect(checkFor(ProcessList).accepts(real), JSON.stringify(checkFor(ProcessList).fault(real))).toBe(true);
    expect(real.byMemory.length).toBeGreaterThan(0);
    child.kill('SIGKILL');

    await start('--simulate');
    await vi.waitFor(() => expect(hub.handshakes).toHaveLength(2), waiting);
    expect((await hub.askProcesses()).byMemory.map(({ pid }) => pid)).toContain(2933);
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

  it('status says how the running agent does, and ends with 3 where none runs', async () => {
    const stateDir = join(folder, 'status');
    const status = (...more: string[]) => run('status', '--state-dir', stateDir, ...more);
    expect(await status()).toMatchObject({ code: 3, err: expect.stringContaining('No agent answers') });
    const agent = await start('--state-dir', stateDir);
    await vi.waitFor(async () => {
      const { code, out } = await status();
      expect(out).toContain(`hub         ${hub.url}: connected for`);
      expect(out).toMatch(/collectors .*cpu.*memory.*: ok/);
      expect(out).toContain('0.1 s (set on this host)');
      expect(code).toBe(0);
    }, waiting);
    const { out } = await status('--json');
    expect(JSON.parse(out)).toMatchObject({
      pid: agent.pid,
      connection: { open: true, name: 'web-1' },
      frames: { acknowledged: { seq: expect.any(Number) }, dropped: 0 },
      skew: expect.any(Number),
    });

    await hub.kill();
    await vi.waitFor(async () => {
      const { code, out } = await status();
      expect(out).toMatch(/not connected for .*nothing listens there; next attempt in/);
      expect(out).toMatch(/\d+ wait \(.*the oldest .* old\)/);
      expect(code).toBe(1);
    }, waiting);
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    expect((await status()).code).toBe(3);
    // What a killed agent leaves behind is not in the way of the next.
    hub = await TestHub.start(hub.port);
    await start('--state-dir', stateDir);
    await vi.waitFor(async () => expect((await status()).code).toBe(0), waiting);
  });

  it('enrol stores the key, with which it is then let in', async () => {
    const keyFile = join(folder, 'enrolled/key');
    const config = join(folder, 'enrolled.yaml');
    writeFileSync(config, '# mine\ninterval: 100ms\n');
    const flags = ['--config', config, '--key-file', keyFile];
    const enrolled = await run('enrol', ...flags, '--hub', hub.url, '--token', 'toce_a');
    expect(enrolled).toMatchObject({ code: 0, out: expect.stringContaining('This host is web-1') });
    expect(readFileSync(config, 'utf8')).toBe(`# mine\ninterval: 100ms\nhub: ${hub.url}\n`);
    launch(...flags);
    await vi.waitFor(() => expect(hub.frames.length).toBeGreaterThan(1), waiting);
    expect(hub.handshakes[0]?.key).toBe('toc_of_1');

    expect(await run('enrol', ...flags, '--token', 'toce_a')).toMatchObject({
      code: 2,
      err: `tocsin-agent: ${keyFile} holds a key already; --force gets a new one in its place\n`,
    });
    hub.enrolAnswer = { status: 403, body: { code: 'used_up_token', message: 'It is used up.' } };
    expect(await run('enrol', ...flags, '--token', 'toce_a', '--force')).toMatchObject({
      code: 3,
      err: 'Not enrolled: the hub does not take this host: It is used up.\n',
    });
    expect(readFileSync(keyFile, 'utf8')).toBe('toc_of_1\n');
  });

  it('with a token enrols itself once, and never again where it has its key', async () => {
    const state = [
      '--state-dir',
      join(folder, 'self'),
      '--hub',
      hub.url,
      '--token',
      'toce_a',
      '--name',
      'c-1',
    ];
    hub.enrolAnswer = { status: 503, body: { code: 'unavailable', message: 'Not now.' } };
    const first = launch(...state);
    await vi.waitFor(async () => {
      const { code, out } = await run('status', '--state-dir', join(folder, 'self'));
      expect(out).toContain('Not now.');
      expect(code).toBe(1);
    }, waiting);
    hub.enrolAnswer = undefined;
    await vi.waitFor(() => expect(hub.frames.length).toBeGreaterThan(0), waiting);
    const tries = hub.enrolments.length;
    expect(hub.enrolments.at(-1)).toEqual({ token: 'toce_a', name: 'c-1' });
    const [handshake] = hub.handshakes;
    expect(handshake?.key).toBe(`toc_of_${tries}`);
    first.kill('SIGTERM');
    await once(first, 'exit');
    launch(...state);
    await vi.waitFor(() => expect(hub.handshakes).toHaveLength(2), waiting);
    expect(hub.handshakes[1]?.key).toBe(handshake?.key);
    expect(hub.enrolments).toHaveLength(tries);
  });

  it('waits for its key no longer than it is told to', async () => {
    hub.enrolAnswer = { status: 403, body: { code: 'expired_token', message: 'It has expired.' } };
    const agent = launch('--state-dir', join(folder, 'none'), '--hub', hub.url, '--token', 'toce_a');
    await vi.waitFor(() => expect(hub.enrolments.length).toBeGreaterThan(0), waiting);
    agent.kill('SIGTERM');
    expect(await once(agent, 'exit')).toEqual([0, null]);
  });

  it('follows the hub where the host says nothing, reports each second while watched, and remembers', async () => {
    const stateDir = join(folder, 'follow');
    const flags = ['--state-dir', stateDir, '--hub', hub.url, '--key', 'toc_x', '--exclude-disks', '/none'];
    hub.config = { settings: { interval: 30_000, excludeDisks: ['*'] }, live: true };
    const agent = launch(...flags);
    await vi.waitFor(() => expect(hub.live.length).toBeGreaterThan(2), waiting);
    expect(hub.handshakes[0]?.agent).toMatchObject({ interval: 1000, fixed: ['excludeDisks'] });
    expect(hub.facts).toEqual([expect.objectContaining({ interval: 30_000 })]);
    expect(hub.live.at(-1)).toMatchObject({ cpu: expect.anything(), disks: expect.anything() });
    const { out } = await run('status', '--state-dir', stateDir);
    expect(out).toContain('30 s (set in the hub); each second while somebody watches');
    agent.kill('SIGTERM');
    await once(agent, 'exit');
    launch(...flags);
    await vi.waitFor(() => expect(hub.handshakes).toHaveLength(2), waiting);
    expect(hub.handshakes[1]?.agent.interval).toBe(30_000);
    expect(hub.faults).toEqual([]);
  });

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
