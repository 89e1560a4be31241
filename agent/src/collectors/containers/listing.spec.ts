import { describe, expect, it } from 'vitest';
import { answer } from './fixtures/answer.js';
import { parseInspection, parseList } from './listing.js';

describe('parseList', () => {
  it("reads Docker's list: names, images, states and health", () => {
    const image = 'tocsin-test:busybox';
    expect(parseList(answer('docker-list')).map(({ id: _, ...rest }) => rest)).toEqual([
      { name: 'well', image, state: 'running', health: 'healthy' },
      { name: 'starting', image, state: 'running', health: 'starting' },
      { name: 'sick', image, state: 'running', health: 'unhealthy' },
      { name: 'fresh', image, state: 'created' },
      { name: 'busy', image, state: 'exited' },
      { name: 'web', image, state: 'paused' },
    ]);
  });

  it("reads Podman's list, which has no health", () => {
    const image = 'localhost/tocsin-test:busybox';
    expect(parseList(answer('podman-list')).map(({ id: _, ...rest }) => rest)).toEqual([
      { name: 'pweb', image, state: 'exited' },
      { name: 'psick', image, state: 'running' },
      { name: 'pfresh', image, state: 'created' },
    ]);
  });

  const one = (entry: object) => parseList([{ Id: 'abcdef0123456789', State: 'running', ...entry }])[0];

  it("takes the container's own name, not the one that a link gave it", () => {
    expect(one({ Names: ['/web/db', '/db'] })).toMatchObject({ name: 'db' });
  });

  it('calls a container without a name by its id', () => {
    expect(one({ Names: null })).toMatchObject({ name: 'abcdef012345' });
  });

  it.each([
    ['configured', 'created'],
    ['stopped', 'exited'],
    ['Running', 'running'],
    ['levitating', 'dead'],
  ])('takes the state %s for %s', (word, state) => {
    expect(one({ State: word })).toMatchObject({ state });
  });

  it('refuses what is no list', () => {
    expect(() => parseList({ message: 'no' })).toThrow('list of containers');
  });
});

describe('parseInspection', () => {
  it('reads the first process and the health, of Docker and of Podman', () => {
    const docker = parseInspection(answer('docker-inspect'));
    expect(docker).toMatchObject({ name: 'well', image: 'tocsin-test:busybox', state: 'running' });
    expect(docker).toMatchObject({ health: 'healthy', ownNetwork: false });
    expect(docker.pid).toBeGreaterThan(0);
    expect(parseInspection(answer('podman-inspect'))).toMatchObject({
      ...{ name: 'psick', image: 'localhost/tocsin-test:busybox', state: 'running', health: 'unhealthy' },
    });
  });

  it('has no health of a container that does not run, though its last word is still there', () => {
    const State = { Status: 'exited', Pid: 0, Health: { Status: 'unhealthy' } };
    expect(parseInspection({ Id: 'a1', State })).not.toHaveProperty('health');
  });

  it('refuses what is no container', () => {
    expect(() => parseInspection({ message: 'no' })).toThrow('with a container');
  });

  it.each([
    ['host', false],
    ['none', false],
    ['container:abc', false],
    ['ns:/proc/1/ns/net', false],
    ['bridge', true],
    ['default', true],
    ['my_network', true],
  ])('says whether a container in the network %s has traffic of its own', (NetworkMode, ownNetwork) => {
    const inspected = parseInspection({ Id: 'a1', State: { Pid: 1 }, HostConfig: { NetworkMode } });
    expect(inspected.ownNetwork).toBe(ownNetwork);
  });
});
