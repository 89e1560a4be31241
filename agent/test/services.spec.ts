import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Collected } from '../src/collectors/collector.js';
import { ControlGroups } from '../src/collectors/control-groups.js';
import { ServicesCollector, type ServicesOptions } from '../src/collectors/services/services.js';
import { BusConnection, DBusError } from '../src/dbus/connection.js';
import { readStopReason } from '../src/facts/stop-reason.js';
import { FakeSystemd } from './fake-systemd.js';
import { MessageBusDaemon } from './message-bus.js';

let daemon: MessageBusDaemon;
let systemd: FakeSystemd;
beforeEach(async () => {
  daemon = await MessageBusDaemon.start();
  systemd = await FakeSystemd.start(daemon.socket);
});
afterEach(async () => {
  systemd.stop();
  await daemon.stop();
});

const running = { active: 'active', sub: 'running', since: 1_700_000_000_123_456, restarts: 2 };
const dead = { active: 'inactive', sub: 'dead' };
const failed = { active: 'failed', sub: 'failed', since: 1_700_000_000_000_000, restarts: 5 };

const collectorWith = (services: string[], options: ServicesOptions = {}) =>
  new ServicesCollector(services, { busPath: daemon.socket, running: () => true, ...options });
const collector = (...services: string[]) => collectorWith(services);

const statesOf = ({ services }: Collected) => services?.map(({ name, state }) => `${name} ${state}`);
/** Waits until these are the states, as a frame at this monotonic time tells them. */
const expectStates = (services: ServicesCollector, states: string[], now = 1) =>
  vi.waitFor(async () => expect(statesOf(await services.collect(now))).toEqual(states));

describe('services over a real message bus', () => {
  it('reads state, sub-state, since when and restarts, under the name that people use', async () => {
    systemd.set('nginx.service', running);
    systemd.set('backup.timer', { active: 'active', sub: 'waiting' });
    const services = collector('nginx', 'backup.timer', 'nginx.service');
    expect((await services.collect(0)).services).toEqual([
      { name: 'nginx', state: 'active', subState: 'running', since: 1_700_000_000_123, restarts: 2 },
      { name: 'backup.timer', state: 'active', subState: 'waiting' },
    ]);
  });

  it('says not-found of a unit that the host does not have, until it is installed', async () => {
    const services = collector('postgresql');
    expect((await services.collect(0)).services).toEqual([{ name: 'postgresql', state: 'not-found' }]);
    systemd.set('postgresql.service', running);
    systemd.reloaded();
    await expectStates(services, ['postgresql active']);
  });

  it('notices a unit that is made and started without any unit file', async () => {
    const services = collector('job');
    await services.collect(0);
    systemd.change('job.service', running);
    await expectStates(services, ['job active']);
    systemd.unload('job.service');
    await expectStates(services, ['job not-found']);
  });

  it('learns of a change by signal and asks nothing', async () => {
    systemd.set('nginx.service', running);
    systemd.set('ssh.service', running);
    const services = collector('nginx', 'ssh');
    await services.collect(0);
    const asked = systemd.calls.length;
    systemd.change('nginx.service', failed);
    await expectStates(services, ['nginx failed', 'ssh active'], 20_000);
    expect((await services.collect(21_000)).services?.[0]).toEqual({
      ...{ name: 'nginx', state: 'failed', subState: 'failed', since: 1_700_000_000_000, restarts: 5 },
    });
    expect(systemd.calls).toHaveLength(asked);
  });

  it('asks about the one unit of which a signal only says that it changed', async () => {
    systemd.set('nginx.service', running);
    systemd.set('ssh.service', running);
    const services = collector('nginx', 'ssh');
    await services.collect(0);
    const asked = systemd.calls.length;
    systemd.hint('nginx.service', failed);
    await expectStates(services, ['nginx failed', 'ssh active']);
    expect(systemd.calls.slice(asked).sort()).toEqual(['Get', 'GetAll']);
  });

  it('mends what a lost signal left wrong within half a minute', async () => {
    systemd.set('nginx.service', running);
    const services = collector('nginx');
    await services.collect(0);
    systemd.set('nginx.service', dead);
    await expectStates(services, ['nginx inactive'], 30_000);
  });

  it('asks two questions and no more in the half-minute check when nothing changed', async () => {
    for (const name of ['a', 'b', 'c']) systemd.set(`${name}.service`, running);
    const services = collector('a', 'b', 'c');
    await services.collect(0);
    const asked = systemd.calls.length;
    await services.collect(30_000);
    await vi.waitFor(() => expect(systemd.calls.slice(asked)).toEqual(['Subscribe', 'ListUnitsByNames']));
  });

  it('shows two names of the same unit, and follows both', async () => {
    systemd.alias('sshd.service', 'ssh.service');
    systemd.set('ssh.service', running);
    const services = collector('ssh', 'sshd');
    expect(statesOf(await services.collect(0))).toEqual(['ssh active', 'sshd active']);
    systemd.change('ssh.service', dead);
    await expectStates(services, ['ssh inactive', 'sshd inactive']);
  });

  it('keeps the others when a unit is in a state that it does not know', async () => {
    systemd.set('odd.service', { active: 'levitating', sub: 'x' });
    systemd.set('nginx.service', running);
    const { services, problems } = await collector('odd', 'nginx').collect(0);
    expect(services).toMatchObject([{ name: 'nginx' }]);
    expect(problems).toEqual(['odd: odd is in the unknown state levitating']);
  });

  it('keeps the others when systemd takes a name for none, or the name is none', async () => {
    systemd.set('nginx.service', running);
    const services = collector('backup@', 'nginx', 'rm -rf');
    const { services: read, problems } = await services.collect(0);
    expect(read).toMatchObject([{ name: 'nginx' }]);
    expect(problems).toEqual([
      'rm -rf is not the name of a unit',
      'backup@: Unit name backup@.service is missing the instance name.',
    ]);
  });

  it('fails while the bus is gone and comes back with it', async () => {
    systemd.set('nginx.service', running);
    const services = collector('nginx');
    expect((await services.collect(0)).services).toHaveLength(1);

    systemd.stop();
    daemon = await daemon.restart();
    await vi.waitFor(() => expect(services.collect(1)).rejects.toThrow());

    systemd = await FakeSystemd.start(daemon.socket);
    systemd.set('nginx.service', running);
    await vi.waitFor(async () => expect((await services.collect(5_000)).services).toHaveLength(1));
  });
});

describe('patterns', () => {
  it('show what systemd has loaded, behind what was asked for by name, each unit once', async () => {
    for (const name of ['docker-b', 'docker-a', 'nginx', 'foo@1', 'foo@2', 'other'])
      systemd.set(`${name}.service`, running);
    systemd.set('docker-1f.scope', running);
    systemd.set('backup.timer', { active: 'active', sub: 'waiting' });
    const services = collector('docker-*', 'nginx', 'docker-b', '*.timer', 'foo@*.service', 'nothing-*');
    const { services: read, problems } = await services.collect(0);
    const names = ['nginx', 'docker-b', 'backup.timer', 'docker-a', 'foo@1', 'foo@2'];
    expect(read?.map(({ name }) => name)).toEqual(names);
    expect(problems).toEqual([]);
  });

  it('take in a unit that comes, follow it, and let it go', async () => {
    const services = collector('docker-*');
    expect((await services.collect(0)).services).toEqual([]);

    systemd.load('docker-foo.service', { active: 'activating', sub: 'start' });
    systemd.load('unrelated.service', running);
    await expectStates(services, ['docker-foo activating']);
    systemd.change('docker-foo.service', running);
    await expectStates(services, ['docker-foo active']);
    systemd.unload('docker-foo.service');
    await expectStates(services, []);
  });

  it('do not read a unit that only came to be looked at, which would make it come again', async () => {
    const services = collector('docker-*');
    await services.collect(0);
    systemd.load('docker-idle.service', dead);
    await expectStates(services, ['docker-idle inactive']);
    expect(systemd.calls).not.toContain('GetAll');
  });

  it('ask about many units that come at once with one question', async () => {
    const services = collector('docker-*');
    await services.collect(0);
    const asked = systemd.calls.length;
    for (let i = 0; i < 30; i++) systemd.load(`docker-${i}.service`, dead);
    await vi.waitFor(async () => expect((await services.collect(1)).services).toHaveLength(30));
    expect(systemd.calls.slice(asked)).toEqual(['ListUnitsByPatterns']);
  });

  it('say that more units fit than a frame holds', { timeout: 15_000 }, async () => {
    for (let i = 0; i < 513; i++) systemd.set(`u${i}.service`, dead);
    const services = collector('u*');
    await vi.waitFor(
      async () => {
        const { services: read, problems } = await services.collect(1);
        expect(read).toHaveLength(512);
        expect(problems).toEqual(['there are more than 512 units; the others are left out']);
      },
      { timeout: 10_000 },
    );
  });
});

describe('when no services are asked for', () => {
  it('shows what has failed, and nothing else', async () => {
    systemd.set('nginx.service', running);
    systemd.set('broken.service', failed);
    systemd.set('data.mount', failed);
    expect(statesOf(await collector().collect(0))).toEqual(['broken failed', 'data.mount failed']);
  });

  it('shows a unit as soon as it fails, and for ten minutes more when it runs again', async () => {
    systemd.set('nginx.service', running);
    const services = collector();
    expect((await services.collect(0)).services).toEqual([]);

    systemd.change('nginx.service', failed);
    await vi.waitFor(async () =>
      expect((await services.collect(1)).services).toEqual([
        { name: 'nginx', state: 'failed', subState: 'failed', since: 1_700_000_000_000, restarts: 5 },
      ]),
    );
    systemd.change('nginx.service', running);
    await expectStates(services, ['nginx active'], 1_000);
    await expectStates(services, ['nginx active'], 600_000);
    await expectStates(services, [], 601_000);
  });

  it("leaves the health checks of Podman's containers to the containers", async () => {
    const check = `${'27d91b54'.repeat(8)}`;
    systemd.set(`${check}.service`, failed);
    const services = collector();
    expect((await services.collect(0)).services).toEqual([]);
    systemd.change(`${check}-1f.service`, failed);
    systemd.change('broken.service', failed);
    await expectStates(services, ['broken failed']);
  });

  it('lets a unit go that somebody put in order without starting it', async () => {
    systemd.set('broken.service', failed);
    const services = collector();
    await services.collect(0);
    systemd.change('broken.service', dead);
    await expectStates(services, []);
  });

  it('lets a unit go of which the signal was lost', async () => {
    systemd.set('broken.service', failed);
    const services = collector();
    await services.collect(0);
    systemd.set('broken.service', running);
    await expectStates(services, [], 30_000);
  });
});

describe('the list of services', () => {
  it('can be another one while the connection stays', async () => {
    for (const name of ['nginx', 'ssh', 'docker-a']) systemd.set(`${name}.service`, running);
    systemd.set('broken.service', failed);
    const services = collector('nginx');
    await services.collect(0);
    const introductions = () => systemd.calls.filter((call) => call === 'Subscribe').length;
    const before = introductions();

    services.reconfigure({ services: ['docker-*', 'ssh'] });
    expect(statesOf(await services.collect(1))).toEqual(['ssh active', 'docker-a active']);
    services.reconfigure({ services: [] });
    await expectStates(services, ['broken failed']);
    services.reconfigure({ services: ['nginx'] });
    await expectStates(services, ['nginx active']);
    // Each check makes sure of the subscription; a new connection would have done so twice.
    expect(introductions() - before).toBe(3);
    services.close();
  });

  it('is the last of several that are given at once', async () => {
    for (const name of ['a', 'b', 'c']) systemd.set(`${name}.service`, running);
    const services = collector('a');
    const first = services.collect(0);
    services.reconfigure({ services: ['b'] });
    services.reconfigure({ services: ['c'] });
    await first;
    await expectStates(services, ['c active']);
  });
});

describe('onChange', () => {
  it('is called when a unit changes its state, comes or goes, and not for what was there', async () => {
    systemd.set('nginx.service', running);
    const onChange = vi.fn();
    const services = collector('nginx', 'docker-*');
    services.onChange = onChange;
    await services.collect(0);
    expect(onChange).not.toHaveBeenCalled();

    const told = async (change: () => void) => {
      onChange.mockClear();
      change();
      await vi.waitFor(() => expect(onChange).toHaveBeenCalled());
    };
    await told(() => systemd.change('nginx.service', dead));
    await told(() => systemd.load('docker-a.service', running));
    await told(() => systemd.unload('docker-a.service'));

    onChange.mockClear();
    systemd.change('nginx.service', { ...dead, restarts: 3 });
    systemd.change('other.service', running);
    await vi.waitFor(async () => expect((await services.collect(1)).services?.[0]?.restarts).toBe(3));
    expect(onChange).not.toHaveBeenCalled();
  });
});

describe('the memory of services', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tocsin-cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const withGroups = (...services: string[]) => collectorWith(services, { groups: new ControlGroups(root) });
  const write = (file: string, bytes: number) => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), `${bytes}\n`);
  };
  const memoryOf = async (services: ServicesCollector, now: number) =>
    (await services.collect(now)).services?.map(({ memory }) => memory);

  it.each([
    ['one tree', 'system.slice/nginx.service/memory.current', 'cgroup.controllers'],
    ['a tree for each controller', 'memory/system.slice/nginx.service/memory.usage_in_bytes', 'memory/x'],
  ])('is read from %s of control groups, every ten seconds', async (_, file, sign) => {
    write(sign, 0);
    write(file, 4096);
    systemd.set('nginx.service', { ...running, controlGroup: '/system.slice/nginx.service', memory: 1 });
    const services = withGroups('nginx');
    await vi.waitFor(async () => expect(await memoryOf(services, 0)).toEqual([4096]));
    const asked = systemd.calls.length;
    write(file, 8192);
    await vi.waitFor(async () => expect(await memoryOf(services, 10_000)).toEqual([8192]));
    expect(systemd.calls).toHaveLength(asked);

    systemd.change('nginx.service', dead);
    await vi.waitFor(async () => expect(await memoryOf(services, 11_000)).toEqual([undefined]));
  });

  it('is asked of systemd where the files cannot be seen', async () => {
    systemd.set('nginx.service', { ...running, controlGroup: '/system.slice/nginx.service', memory: 5000 });
    const services = withGroups('nginx');
    await vi.waitFor(async () => expect(await memoryOf(services, 0)).toEqual([5000]));
    systemd.set('nginx.service', { ...running, controlGroup: '/system.slice/nginx.service', memory: 6000 });
    await vi.waitFor(async () => expect(await memoryOf(services, 10_000)).toEqual([6000]));
  });

  it('is left out where systemd accounts for none, and not asked for again', async () => {
    systemd.set('nginx.service', { ...running, controlGroup: '/system.slice/nginx.service' });
    const services = withGroups('nginx');
    await services.collect(0);
    const asked = systemd.calls.length;
    for (let second = 1; second < 30; second++)
      expect(await memoryOf(services, second * 1000)).toEqual([undefined]);
    expect(systemd.calls).toHaveLength(asked);
  });
});

describe('hosts where there is nothing to ask', () => {
  const without = { busPath: '/nowhere', running: () => false };

  it('says so where systemd does not run, if services were asked for', async () => {
    const services = collectorWith(['nginx'], without);
    await expect(services.collect(0)).rejects.toThrow('systemd is not running');
  });

  it('has nothing to say where systemd does not run and nothing was asked for', async () => {
    expect(await collectorWith([], without).collect(0)).toEqual({});
  });

  it('says so where systemd runs and cannot be reached, whatever was asked for', async () => {
    await expect(collectorWith([], { busPath: '/nowhere' }).collect(0)).rejects.toThrow('ENOENT');
  });
});

describe('BusConnection', () => {
  it('hands on what the other side answers instead of a result', async () => {
    const bus = await BusConnection.open(daemon.socket);
    const call = bus.call({ destination: 'no.such.name', path: '/', interface: 'a.b', member: 'C' });
    await expect(call).rejects.toThrow(DBusError);
    await expect(call).rejects.toMatchObject({ errorName: 'org.freedesktop.DBus.Error.ServiceUnknown' });
    bus.close();
  });

  it('makes more calls than a bus keeps open', async () => {
    const bus = await BusConnection.open(daemon.socket);
    const id = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
    const calls = Array.from({ length: 500 }, () => bus.call({ ...id, member: 'GetId' }));
    expect(new Set((await Promise.all(calls)).flat()).size).toBe(1);
    bus.close();
  });

  it('lets nobody wait for an answer that cannot come any more', async () => {
    const bus = await BusConnection.open(daemon.socket);
    const call = bus.match("type='signal'");
    bus.close();
    await expect(call).rejects.toThrow('closed');
    await expect(bus.match("type='signal'")).rejects.toThrow('closed');
  });
});

describe('readStopReason', () => {
  it.each([
    ['reboot.target', 'reboot'],
    ['poweroff.target', 'shutdown'],
    ['nginx.service', 'restart'],
  ])('with a job for %s says %s', async (unit, reason) => {
    systemd.jobs = [[1, unit, 'start', 'waiting', '/job/1', '/unit/1']];
    const gone = () => BusConnection.openPeer('/nowhere');
    expect(await readStopReason([gone, () => BusConnection.open(daemon.socket)])).toBe(reason);
  });

  it('takes a host without a message bus for one that goes on', async () => {
    expect(await readStopReason([() => BusConnection.open('/nowhere')])).toBe('restart');
  });

  it('knows an upgrade by the mark of the package, unless the host goes down at the same time', async () => {
    const mark = import.meta.filename;
    systemd.jobs = [];
    expect(await readStopReason([() => BusConnection.open(daemon.socket)], mark)).toBe('upgrade');
    systemd.jobs = [[1, 'reboot.target', 'start', 'waiting', '/job/1', '/unit/1']];
    expect(await readStopReason([() => BusConnection.open(daemon.socket)], mark)).toBe('reboot');
  });
});
