import { beforeEach, describe, expect, it } from 'vitest';
import { VanishedHosts } from './vanished-hosts.js';

const names = (count: number) => Array.from({ length: count }, (_, i) => `host ${i}`);
let hosts: VanishedHosts;
const report = (ids: readonly string[], now = 0) => ids.forEach((id) => hosts.reports(id, now));
const vanish = (ids: readonly string[], now = 1_000, apartMs = 0) =>
  ids.forEach((id, i) => hosts.vanished(id, now + i * apartMs));

beforeEach(() => {
  hosts = new VanishedHosts();
  report(names(20));
});

describe('hosts that vanish', () => {
  it.each([
    ['half of them at once', names(10), 0, 10],
    ['half of them within seconds', names(10), 500, 10],
    ['less than half', names(9), 0, undefined],
    ['half of them one after the other', names(10), 2_000, undefined],
  ])('%s', (_what, gone, apart, expected) => {
    vanish(gone, 1_000, apart);
    const end = 1_000 + gone.length * apart;
    expect(hosts.look(end)).toBeUndefined();
    expect(hosts.look(end + 5_000)).toBe(expected);
    expect(hosts.has('host 0')).toBe(expected !== undefined);
  });

  it('all of them for a moment, since the hub stood still, is nothing to tell', () => {
    vanish(names(20));
    expect(hosts.has('host 0')).toBe(true);
    expect(hosts.look(5_000)).toBeUndefined();
    report(names(11), 5_100);
    expect(hosts.look(6_500)).toBeUndefined();
    expect(hosts.has('host 15')).toBe(false);
  });

  it('few are told one by one, though they are all there are', () => {
    hosts = new VanishedHosts();
    report(names(4));
    vanish(names(4));
    expect(hosts.look(60_000)).toBeUndefined();
  });

  it('those that follow belong to it, and what was stopped on purpose does not', () => {
    vanish(names(10));
    vanish(['host 15'], 60_000);
    hosts.left('host 3');
    hosts.left('host 16');
    expect(hosts.look(60_000)).toBe(10);
    expect([hosts.has('host 15'), hosts.has('host 3'), hosts.has('host 16')]).toEqual([true, false, false]);
  });

  it('is over when more than half are back for a while; the others count for themselves then', () => {
    vanish(names(10));
    hosts.look(6_000);
    report(names(5), 20_000);
    expect(hosts.look(60_000)).toBe(5);
    report(names(6), 61_000);
    expect(hosts.look(70_999)).toBe(4);
    expect(hosts.look(71_000)).toBeUndefined();
    expect(hosts.has('host 9')).toBe(false);
  });

  it('is over at once when all are back', () => {
    vanish(names(20));
    report(names(20), 5_000);
    expect(hosts.look(5_000)).toBeUndefined();
  });

  it('goes on over a restart of the hub', () => {
    hosts = new VanishedHosts();
    hosts.resume(names(6), 0);
    expect(hosts.look(3_600_000)).toBe(6);
    report(names(6), 3_600_001);
    expect(hosts.look(3_600_001)).toBeUndefined();
  });

  it('a host that was never heard of since the start does not vanish', () => {
    hosts = new VanishedHosts();
    vanish(names(20));
    expect(hosts.look(1_000)).toBeUndefined();
  });
});
