import { describe, expect, it } from 'vitest';
import { addressText, parseEngineAddress } from './engine-address.js';

describe('parseEngineAddress', () => {
  it.each([
    ['/var/run/docker.sock', { socketPath: '/var/run/docker.sock' }],
    ['unix:///run/user/1000/podman/podman.sock', { socketPath: '/run/user/1000/podman/podman.sock' }],
    ['tcp://127.0.0.1:2375', { host: '127.0.0.1', port: 2375 }],
    ['http://docker-proxy:2375/', { host: 'docker-proxy', port: 2375 }],
    ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
  ])('understands %s', (text, address) => {
    expect(parseEngineAddress(text)).toEqual(address);
  });

  it.each([
    '',
    'none',
    'docker.sock',
    'ssh://me@host',
    'tcp://host',
    'https://host:2376',
    'tcp://a:b@host:1',
  ])('does not understand %j', (text) => {
    expect(parseEngineAddress(text)).toBeUndefined();
  });
});

describe('addressText', () => {
  it('says where it is', () => {
    expect(addressText({ socketPath: '/a' })).toBe('/a');
    expect(addressText({ host: 'b', port: 1 })).toBe('b:1');
  });
});
