import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServicesCollector } from '../src/collectors/services/services.js';
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
const collector = (...services: string[]) => new ServicesCollector(services, daemon.socket, () => true);

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
    await vi.waitFor(async () =>
      expect((await services.collect(1)).services).toMatchObject([{ state: 'active' }]),
    );
  });

  it('learns of a change by signal, asks nothing in between and one unit only', async () => {
    systemd.set('nginx.service', running);
    systemd.set('ssh.service', running);
    const services = collector('nginx', 'ssh');
    await services.collect(0);
    const asked = systemd.calls.length;
    for (let second = 1; second < 20; second++) await services.collect(second * 1000);
    expect(systemd.calls).toHaveLength(asked);

    systemd.change('nginx.service', { ...running, active: 'failed', sub: 'failed' });
    await vi.waitFor(async () =>
      expect((await services.collect(20_000)).services).toMatchObject([
        { state: 'failed' },
        { state: 'active' },
      ]),
    );
    expect(systemd.calls.slice(asked)).toEqual(['GetAll', 'Get']);
  });

  it('mends what a lost signal left wrong within half a minute', async () => {
    systemd.set('nginx.service', running);
    const services = collector('nginx');
    await services.collect(0);
    systemd.set('nginx.service', { active: 'inactive', sub: 'dead' });
    await vi.waitFor(async () =>
      expect((await services.collect(30_000)).services).toMatchObject([{ state: 'inactive' }]),
    );
  });

  it('watches others from the next reading on when it is told to', async () => {
    systemd.set('nginx.service', running);
    systemd.set('ssh.service', running);
    const services = collector('nginx');
    await services.collect(0);
    services.reconfigure({
      services: ['ssh'],
      includeDisks: [],
      excludeDisks: [],
      includeInterfaces: [],
      excludeInterfaces: [],
    });
    expect((await services.collect(1)).services).toMatchObject([{ name: 'ssh', state: 'active' }]);
    services.close();
  });

  it('shows two names of the same unit, and follows both', async () => {
    systemd.alias('sshd.service', 'ssh.service');
    systemd.set('ssh.service', running);
    const services = collector('ssh', 'sshd');
    expect((await services.collect(0)).services?.map(({ name }) => name)).toEqual(['ssh', 'sshd']);
    systemd.change('ssh.service', { active: 'inactive', sub: 'dead' });
    await vi.waitFor(async () =>
      expect((await services.collect(1)).services).toMatchObject([
        { state: 'inactive' },
        { state: 'inactive' },
      ]),
    );
  });

  it('keeps the others when a unit is in a state that it does not know', async () => {
    systemd.set('odd.service', { active: 'levitating', sub: 'x' });
    systemd.set('nginx.service', running);
    const { services, problems } = await collector('odd', 'nginx').collect(0);
    expect(services).toMatchObject([{ name: 'nginx' }]);
    expect(problems).toEqual(['odd: odd is in the unknown state levitating']);
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

describe('hosts where there is nothing to ask', () => {
  it('says so where systemd does not run', async () => {
    const services = new ServicesCollector(['nginx'], daemon.socket, () => false);
    await expect(services.collect(0)).rejects.toThrow('systemd is not running');
  });

  it('does not even connect when no service is to be watched', async () => {
    expect(await new ServicesCollector([], '/nowhere', () => true).collect(0)).toEqual({});
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
});
