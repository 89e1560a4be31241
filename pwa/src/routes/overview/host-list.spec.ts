import type { HostState } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { inOrderOf, matches, type HostFilter, type Listed } from './host-list.js';

const listed = (name: string, urgency = 7, changes: Partial<HostState> = {}): Listed => ({
  name,
  urgency,
  status: changes.presence?.status ?? 'online',
  state: {
    id: name,
    name,
    tags: [],
    simulated: false,
    presence: { status: 'online', since: 0 },
    cpuTrend: [],
    incidents: { open: 0 },
    ...changes,
  },
});
const all: HostFilter = { text: '', status: 'all', tag: '' };

describe('matches', () => {
  it('finds every word of the text in name, hostname, system or tags', () => {
    const host = listed('Web 1', 7, { tags: ['berlin'] });
    expect(matches(host, { ...all, text: 'BER web' })).toBe(true);
    expect(matches(host, { ...all, text: 'berlin db' })).toBe(false);
  });

  it('keeps to a status', () => {
    const lost = listed('a', 1, { presence: { status: 'lost', since: 0 } });
    expect(matches(lost, { ...all, status: 'lost' })).toBe(true);
    expect(matches(lost, { ...all, status: 'online' })).toBe(false);
  });

  it('counts an online host with an incident among the problems', () => {
    expect(matches(listed('a', 2), { ...all, status: 'problems' })).toBe(true);
    expect(matches(listed('a', 7), { ...all, status: 'problems' })).toBe(false);
    expect(matches(listed('a', 8), { ...all, status: 'problems' })).toBe(false);
  });

  it('keeps to a tag', () => {
    expect(matches(listed('a', 7, { tags: ['db'] }), { ...all, tag: 'db' })).toBe(true);
    expect(matches(listed('a', 7, { tags: ['db2'] }), { ...all, tag: 'db' })).toBe(false);
  });
});

describe('inOrderOf', () => {
  const names = (hosts: Listed[]) => hosts.map(({ name }) => name);

  it('sorts numbers in names as people count', () => {
    expect(names([listed('web10'), listed('web9')].sort(inOrderOf('name')))).toEqual(['web9', 'web10']);
  });

  it('puts problems first and the rest by name', () => {
    const hosts = [listed('b'), listed('a'), listed('z', 0)].sort(inOrderOf('urgency'));
    expect(names(hosts)).toEqual(['z', 'a', 'b']);
  });

  it('puts the busiest first and hosts without a value last', () => {
    const busy = (name: string, cpu?: number) =>
      listed(name, 7, cpu === undefined ? {} : { summary: { t: 0, cpu, services: [] } });
    const hosts = [busy('none'), busy('idle', 0), busy('busy', 90)].sort(inOrderOf('cpu'));
    expect(names(hosts)).toEqual(['busy', 'idle', 'none']);
  });
});
