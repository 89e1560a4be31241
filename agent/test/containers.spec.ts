import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collected } from '../src/collectors/collector.js';
import {
  ContainersCollector,
  enginesOf,
  type ContainersOptions,
} from '../src/collectors/containers/containers.js';
import type { EngineSetting } from '../src/collectors/containers/engine.js';
import { ControlGroups } from '../src/collectors/control-groups.js';
import { FakeEngine } from './fake-engine.js';

let folder: string;
let socket: string;
let engine: FakeEngine;
const collectors: ContainersCollector[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-engine-'));
  socket = join(folder, 'docker.sock');
  engine = await FakeEngine.start(socket);
});
afterEach(async () => {
  for (const collector of collectors.splice(0)) collector.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

const setting = (rest: Partial<EngineSetting> = {}): EngineSetting => ({
  ...{ label: 'Docker', address: { socketPath: socket }, asked: false },
  ...rest,
});
function collectorOf(settings: EngineSetting[] = [setting()], options: ContainersOptions = {}) {
  const collector = new ContainersCollector(settings, options);
  collectors.push(collector);
  return collector;
}
const told = ({ containers }: Collected) =>
  containers?.map(({ name, state, health }) => [name, state, health].filter(Boolean).join(' '));
const expectTold = (containers: ContainersCollector, expected: string[], now = 1) =>
  vi.waitFor(async () => expect(told(await containers.collect(now))).toEqual(expected));

describe('containers', () => {
  it('are told with name, image, state and health, by name', async () => {
    engine.containers.set('b1', { name: 'web', status: 'Up 2 hours (healthy)', health: 'healthy' });
    engine.containers.set('a1', { name: 'db', state: 'exited', status: 'Exited (0) 2 hours ago' });
    expect((await collectorOf().collect(0)).containers).toEqual([
      { name: 'db', image: 'app:1', state: 'exited' },
      { name: 'web', image: 'app:1', state: 'running', health: 'healthy' },
    ]);
  });

  it('are none on a host whose engine has none', async () => {
    expect((await collectorOf().collect(0)).containers).toEqual([]);
  });

  it('change at once when an event says so, and only they are looked at', async () => {
    engine.containers.set('a1', { name: 'web' });
    engine.containers.set('b1', { name: 'db' });
    const containers = collectorOf();
    const onChange = vi.fn();
    containers.onChange = onChange;
    await containers.collect(0);
    expect(onChange).not.toHaveBeenCalled();

    engine.event('die', 'a1', { name: 'web', state: 'exited', status: 'Exited (1)' });
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));
    expect(engine.requests.slice(-1)).toEqual(['/containers/a1/json']);
    expect(told(await containers.collect(1))).toEqual(['db running', 'web exited']);
    engine.event('create', 'c1', { name: 'new', state: 'created', status: 'Created' });
    await expectTold(containers, ['db running', 'new created', 'web exited']);
    engine.event('rename', 'b1', { name: 'database' });
    await expectTold(containers, ['database running', 'new created', 'web exited']);
    engine.event('destroy', 'a1');
    await expectTold(containers, ['database running', 'new created']);
    engine.event('health_status: unhealthy', 'b1', { name: 'database', health: 'unhealthy' });
    await expectTold(containers, ['database running unhealthy', 'new created']);
  });

  it('get their health from an inspection where the list has none, as with Podman', async () => {
    engine.containers.set('a1', { name: 'web', health: 'starting' });
    const containers = collectorOf();
    await expectTold(containers, ['web running starting']);
    engine.event('health_status', 'a1', { name: 'web', health: 'unhealthy' });
    await expectTold(containers, ['web running unhealthy']);
  });

  it('are compared with the whole list every half minute', async () => {
    engine.containers.set('a1', { name: 'web' });
    const containers = collectorOf();
    await containers.collect(0);
    engine.containers.set('a1', { name: 'web', state: 'paused' });
    engine.containers.set('b1', { name: 'db' });
    await expectTold(containers, ['db running', 'web paused'], 30_000);
  });

  it('are listed more often where a proxy keeps the events back', async () => {
    engine.refuses = /events/;
    engine.containers.set('a1', { name: 'web' });
    const containers = collectorOf();
    await containers.collect(0);
    engine.containers.delete('a1');
    await expectTold(containers, [], 10_000);
  });

  it('are told without usage where a proxy keeps everything but the list back', async () => {
    engine.refuses = /events|containers\/.+\/.+/;
    engine.containers.set('a1', { name: 'web', status: 'Up 2 hours (healthy)' });
    const containers = collectorOf();
    expect((await containers.collect(0)).containers).toEqual([
      { name: 'web', image: 'app:1', state: 'running', health: 'healthy' },
    ]);
    engine.containers.set('a1', { name: 'web', status: 'Up 2 hours (unhealthy)' });
    await expectTold(containers, ['web running unhealthy'], 10_000);
  });

  it('are looked at one by one where the list is behind the events', async () => {
    engine.containers.set('a1', { name: 'web' });
    const containers = collectorOf();
    await containers.collect(0);
    engine.lists = [{ Id: 'a1', Names: ['/web'], State: 'running', Status: 'Up 2 minutes' }];
    engine.event('die', 'a1', { name: 'web', state: 'exited' });
    await expectTold(containers, ['web exited']);
    const looks = () => engine.requests.filter((path) => path === '/containers/a1/json').length;
    const before = looks();
    await containers.collect(30_000);
    await vi.waitFor(() => expect(looks()).toBe(before + 1));
    expect(told(await containers.collect(30_001))).toEqual(['web exited']);
  });

  it('are still told when one of them cannot be looked at', async () => {
    engine.refuses = /a1/;
    engine.refusal = 500;
    engine.containers.set('a1', { name: 'web' });
    engine.containers.set('b1', { name: 'db', health: 'starting' });
    expect(told(await collectorOf().collect(0))).toEqual(['db running starting', 'web running']);
  });

  it('of two engines stand beside each other, each name once and each container once', async () => {
    const other = join(folder, 'podman.sock');
    const podman = await FakeEngine.start(other, 'Libpod/4.3.1 (linux)');
    engine.containers.set('a1', { name: 'web' });
    podman.containers.set('b1', { name: 'web', state: 'paused' });
    const settings = [setting(), setting({ label: 'Podman', address: { socketPath: other } }), setting()];
    const containers = collectorOf(settings);
    expect(told(await containers.collect(0))).toEqual(['web running', 'web (Podman) paused']);

    await podman.stop();
    await vi.waitFor(async () => {
      const { containers: left, problems } = await containers.collect(1);
      expect(left).toHaveLength(1);
      expect(problems).toEqual(['Podman: the connection was lost']);
    });
  });

  it('that have ended are left out first where there are more than a frame holds', async () => {
    for (let i = 0; i < 300; i++)
      engine.containers.set(`id${i}`, { name: `n${i}`, state: i < 200 ? 'exited' : 'paused', pid: 0 });
    const containers = collectorOf();
    await vi.waitFor(async () => {
      const { containers: read } = await containers.collect(1);
      expect(read).toHaveLength(256);
      expect(read!.filter(({ state }) => state === 'paused')).toHaveLength(100);
    });
  });
});

describe('what containers use', () => {
  const write = (file: string, text: string) => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const NET = 'Inter-|\n face |bytes\n    lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n';
  const net = (received: number, sent: number) =>
    `${NET}  eth0: ${received} 0 0 0 0 0 0 0 ${sent} 0 0 0 0 0 0 0\n`;
  const group = 'cg/system.slice/docker-a1.scope';
  const use = (micros: number, memory: number, caches: number, received: number) => {
    write(`${group}/cpu.stat`, `usage_usec ${micros}\nuser_usec 0\nsystem_usec 0\n`);
    write(`${group}/memory.current`, `${memory}\n`);
    write(`${group}/memory.stat`, `anon 1\ninactive_file ${caches}\n`);
    write('proc/77/net/dev', net(received, 0));
  };
  const kernel = () => ({ groups: new ControlGroups(join(folder, 'cg')), proc: join(folder, 'proc') });
  beforeEach(() => {
    write('cg/cgroup.controllers', 'cpu memory\n');
    write('proc/77/cgroup', '0::/system.slice/docker-a1.scope\n');
  });

  it('is read from their control groups and networks', async () => {
    use(0, 5000, 1000, 0);
    engine.containers.set('a1', { name: 'web', pid: 77 });
    const containers = collectorOf([setting()], kernel());
    expect((await containers.collect(0)).containers).toMatchObject([{ memory: 4000 }]);
    use(cpus().length * 500_000, 6000, 1000, 8000);
    expect((await containers.collect(1000)).containers).toMatchObject([
      { cpu: 50, memory: 5000, in: 8000, out: 0 },
    ]);
    expect(engine.requests).not.toContain('/containers/a1/stats');
  });

  it('is not the traffic of the host where a container has no network of its own', async () => {
    use(0, 1, 0, 0);
    engine.containers.set('a1', { name: 'web', pid: 77, network: 'host' });
    const containers = collectorOf([setting()], kernel());
    await containers.collect(0);
    use(0, 1, 0, 8000);
    expect((await containers.collect(1000)).containers?.[0]).not.toHaveProperty('in');
  });

  it('begins anew with each start', async () => {
    use(9_000_000, 5000, 0, 0);
    engine.containers.set('a1', { name: 'web', pid: 77 });
    const containers = collectorOf([setting()], kernel());
    await containers.collect(0);
    use(0, 300, 0, 0);
    write('proc/78/cgroup', '0::/system.slice/docker-a1.scope\n');
    engine.event('start', 'a1', { name: 'web', pid: 78 });
    await vi.waitFor(async () =>
      expect((await containers.collect(1000)).containers).toEqual([
        { name: 'web', image: 'app:1', state: 'running', memory: 300 },
      ]),
    );
  });

  it('is asked of the engine, seldom, where the process ids are not those that it means', async () => {
    write('proc/77/cgroup', '0::/system.slice/ssh.service\n');
    engine.containers.set('a1', { name: 'web', pid: 77, stats: { at: 1000, cpu: 0, memory: 7 } });
    const containers = collectorOf([setting()], kernel());
    await containers.collect(0);
    await vi.waitFor(async () =>
      expect((await containers.collect(1)).containers).toMatchObject([{ memory: 7 }]),
    );
    engine.containers.get('a1')!.stats = { at: 11_000, cpu: cpus().length * 5e9, memory: 8 };
    for (let second = 1; second < 10; second++) await containers.collect(second * 1000);
    expect(engine.requests.filter((path) => path.endsWith('stats'))).toHaveLength(1);
    await vi.waitFor(async () =>
      expect((await containers.collect(10_000)).containers).toMatchObject([{ cpu: 50, memory: 8 }]),
    );
  });

  it('is read of a few with each frame and of many in turns', async () => {
    for (let i = 0; i < 20; i++) {
      const scope = `docker-x${i}x.scope`;
      write(`proc/${100 + i}/cgroup`, `0::/system.slice/${scope}\n`);
      write(`cg/system.slice/${scope}/cpu.stat`, 'usage_usec 0\n');
      write(`cg/system.slice/${scope}/memory.current`, '1\n');
      write(`cg/system.slice/${scope}/memory.stat`, '');
      engine.containers.set(`x${i}x`, { name: `n${i}`, pid: 100 + i, network: 'none' });
    }
    const containers = collectorOf([setting()], kernel());
    await vi.waitFor(async () => expect((await containers.collect(0)).containers).toHaveLength(20));
    const known = async (now: number) =>
      (await containers.collect(now)).containers!.filter(({ cpu }) => cpu !== undefined).length;
    expect(await known(1000)).toBe(2);
    expect(await known(2000)).toBe(4);
    expect(await known(12_000)).toBe(20);
  });
});

describe('an engine that is not well', () => {
  it('never holds a frame up for longer than a moment, and only the first', async () => {
    engine.hangs = true;
    const containers = collectorOf([setting({ asked: true })]);
    const began = performance.now();
    await expect(containers.collect(0)).rejects.toThrow('has not answered yet');
    const waited = performance.now() - began;
    expect(waited).toBeGreaterThan(150);
    const again = performance.now();
    await expect(containers.collect(1000)).rejects.toThrow();
    expect(performance.now() - again).toBeLessThan(waited / 2);
  });

  it('is a failure from the moment at which it is gone, and comes back by itself', async () => {
    engine.containers.set('a1', { name: 'web' });
    const containers = collectorOf();
    await containers.collect(0);
    const onChange = vi.fn();
    containers.onChange = onChange;

    await engine.stop();
    await vi.waitFor(() => expect(onChange).toHaveBeenCalled());
    await expect(containers.collect(1)).rejects.toThrow('Docker: the connection was lost');

    engine = await FakeEngine.start(socket);
    engine.containers.set('a1', { name: 'web' });
    await expectTold(containers, ['web running'], 5_000);
  });

  it('that was stopped is not started again by asking it', async () => {
    const pidFile = join(folder, 'docker.pid');
    writeFileSync(pidFile, '1');
    const containers = collectorOf([setting({ pidFile })]);
    await containers.collect(0);
    await engine.stop();
    rmSync(pidFile);
    // systemd listens in its place, and would start it.
    engine = await FakeEngine.start(socket);
    await vi.waitFor(async () => expect(containers.collect(9_000)).rejects.toThrow());
    for (let second = 10; second < 100; second++)
      await expect(containers.collect(second * 1000)).rejects.toThrow('Docker: was stopped');
    expect(engine.requests).toEqual([]);

    writeFileSync(pidFile, '2');
    await expectTold(containers, [], 200_000);
  });

  it('is told by its refusal', async () => {
    engine.refuses = /json/;
    await expect(collectorOf([setting({ asked: true })]).collect(0)).rejects.toThrow('Docker: forbidden');
  });
});

describe('a host without an engine', () => {
  const nowhere = () => ({ socketPath: join(folder, 'nowhere.sock') });

  it('has no data, and no failure', async () => {
    expect(await collectorOf([setting({ address: nowhere() })]).collect(0)).toEqual({});
  });

  it('has a failure where a person named the engine', async () => {
    const containers = collectorOf([setting({ address: nowhere(), asked: true })]);
    await expect(containers.collect(0)).rejects.toThrow(/there is no .*nowhere\.sock/);
  });
});

describe('enginesOf', () => {
  it('looks in the usual places when nothing was set, and nowhere when told so', () => {
    expect(enginesOf(undefined).map(({ label, asked }) => [label, asked])).toEqual([
      ['Docker', false],
      ['Podman', false],
    ]);
    expect(enginesOf('none')).toEqual([]);
    expect(enginesOf('tcp://127.0.0.1:2375')).toMatchObject([{ asked: true, address: { port: 2375 } }]);
  });
});
