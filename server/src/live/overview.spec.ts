import type { HostState, Incident } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HostRecord } from '../hosts/hosts.service.js';
import { Overview } from './overview.js';

const NOW = 1_800_000_000_000;
const host = (id: string): HostRecord => ({
  id,
  tenantId: 't',
  name: `host ${id}`,
  tags: [],
  simulated: false,
  settings: {},
  presence: { status: 'online', since: 0 },
  createdAt: 0,
});
const incident = (over: Partial<Incident> = {}) =>
  ({ id: 'i', hostId: 'a', status: 'open', severity: 'warning', ...over }) as Incident;
const cpu = (usage: number) => ({
  usage,
  user: 0,
  system: 0,
  iowait: 0,
  steal: 0,
  load1: 0,
  load5: 0,
  load15: 0,
});
const frame = (seq: number) => ({ seq, t: seq, cpu: cpu(seq % 100) });

describe('Overview', () => {
  it('sends a new host whole, and of a known one only what changed', () => {
    const overview = new Overview();
    overview.add(host('a'));
    expect(overview.changes(NOW, 0)).toEqual(overview.states(NOW));
    const seen = overview.version;
    overview.touch('a', 'presence');
    expect(overview.changes(NOW, seen)).toEqual([{ id: 'a', presence: { status: 'online', since: 0 } }]);
    expect(overview.changes(NOW, overview.version)).toEqual([]);
  });

  it('sends the trend only when it has a new value', () => {
    const overview = new Overview();
    overview.add(host('a'));
    overview.frame('a', frame(1), NOW);
    const seen = overview.version;
    overview.frame('a', frame(2), NOW + 1_000);
    expect(Object.keys(overview.changes(NOW, seen)[0]!)).toEqual(['id', 'summary']);
    overview.frame('a', frame(3), NOW + 10_000);
    expect(overview.changes(NOW + 10_000, seen)[0]!.cpuTrend?.at(-1)).toBe(1.5);
  });

  it('counts open incidents and names the worst', () => {
    const overview = new Overview();
    overview.add(host('a'));
    const counts = () => overview.states(NOW)[0]!.incidents;
    expect(counts()).toEqual({ open: 0 });
    expect(overview.incident(incident())).toBe(true);
    expect(overview.incident(incident({ lastValue: 3 }))).toBe(false);
    overview.incident(incident({ id: 'j', severity: 'critical' }));
    expect(counts()).toEqual({ open: 2, worst: 'critical' });
    overview.incident(incident({ id: 'j', severity: 'critical', status: 'resolved' }));
    expect(counts()).toEqual({ open: 1, worst: 'warning' });
    expect(overview.incident(incident({ hostId: 'unknown' }))).toBe(false);
  });

  it('sends everything to whoever was away for longer than it remembers removals', () => {
    const overview = new Overview();
    for (let i = 0; i < 1_001; i += 1) overview.add(host(`${i}`));
    const seen = overview.version;
    for (let i = 0; i < 1_000; i += 1) overview.remove(`${i}`);
    expect(overview.remembers(seen)).toBe(true);
    expect(overview.removedAfter(seen)).toHaveLength(1_000);
    overview.remove('1000');
    expect(overview.remembers(seen)).toBe(false);
    expect(overview.remembers(overview.version + 1)).toBe(false);
  });

  it('brings a client that was away at any time to what everybody else sees', () => {
    const step = fc.record({
      what: fc.constantFrom('add', 'remove', 'frame', 'presence', 'incident', 'look'),
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      seq: fc.nat(1_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const overview = new Overview();
        const ever = new Set<string>();
        const client = new Map<string, HostState>();
        let seen = 0;
        const look = () => {
          for (const id of overview.removedAfter(seen)) client.delete(id);
          for (const change of overview.changes(NOW, seen)) {
            client.set(change.id, { ...client.get(change.id), ...change } as HostState);
          }
          seen = overview.version;
        };
        for (const { what, id, seq } of steps) {
          // An id is used once.
          if (what === 'add' && !ever.has(id)) overview.add(host(id));
          if (what === 'add') ever.add(id);
          if (what === 'remove') overview.remove(id);
          if (what === 'frame') overview.frame(id, frame(seq), NOW);
          if (what === 'presence') overview.touch(id, 'presence');
          if (what === 'incident') overview.incident(incident({ id: `${seq % 3}`, hostId: id }));
          if (what === 'look') look();
        }
        look();
        const byId = (a: HostState, b: HostState) => a.id.localeCompare(b.id);
        expect([...client.values()].sort(byId)).toEqual(overview.states(NOW).sort(byId));
      }),
    );
  });
});
