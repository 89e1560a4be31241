import { HOST_LOST, type Incident } from '@tocsin/shared';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { Inhibition, SETTLE_MS } from './inhibition.js';

const NOW = 1_800_000_000_000;
let inhibition: Inhibition;
beforeEach(() => {
  inhibition = new Inhibition();
});

const incident = (id: string, over: Partial<Incident> = {}): Incident =>
  ({
    ...{ id, hostId: 'h1', metric: 'disk.usage', instance: '/', severity: 'warning', status: 'open' },
    ruleName: id,
    ...over,
  }) as Incident;
const lost = (over: Partial<Incident> = {}) =>
  incident('lost', { metric: HOST_LOST.id, instance: undefined, severity: 'critical', ...over });
const critical = (over: Partial<Incident> = {}) => incident('critical', { severity: 'critical', ...over });
const warning = incident('warning');
const put = (...all: Incident[]) => all.map((one) => inhibition.put(one, NOW));
const heldBy = (one: Incident, now = NOW) => inhibition.holdOn(one, now)?.name;

it('a lost host explains everything else of it, and nothing of another', () => {
  const other = incident('other', { hostId: 'h2' });
  const cpu = incident('cpu', { metric: 'cpu.usage', instance: undefined, severity: 'critical' });
  expect(put(warning, cpu, other, lost())).toEqual([[], ['warning'], [], ['warning', 'cpu']]);
  expect([warning, cpu, other, lost()].map((one) => heldBy(one))).toEqual([
    'lost',
    'lost',
    undefined,
    undefined,
  ]);
});

it('a critical one explains what is less about the same instance', () => {
  const elsewhere = incident('elsewhere', { instance: '/var' });
  const second = critical({ id: 'second' });
  put(warning, elsewhere, critical(), second);
  expect([warning, elsewhere, critical(), second].map((one) => heldBy(one))).toEqual([
    'critical',
    undefined,
    undefined,
    undefined,
  ]);
});

it('a warning explains nothing', () => {
  put(warning, incident('info', { severity: 'info' }));
  expect(heldBy(incident('info', { severity: 'info' }))).toBeUndefined();
});

it('what is still true is told some seconds after the other is over', () => {
  put(warning, lost());
  expect(inhibition.put(lost({ status: 'resolved' }), NOW)).toEqual(['warning']);
  expect(inhibition.holdOn(warning, NOW + SETTLE_MS - 1)).toMatchObject({
    name: 'lost',
    until: NOW + SETTLE_MS,
  });
  expect(heldBy(warning, NOW + SETTLE_MS)).toBeUndefined();
});

it('a clock that is set back holds nothing for long', () => {
  put(warning, lost(), lost({ status: 'resolved' }));
  expect(heldBy(warning, NOW - 3_600_000)).toBeUndefined();
});

it('asks for another look only when something began or ended to explain', () => {
  expect(put(warning, lost(), lost(), { ...warning, lastValue: 3 }, lost())).toEqual([
    [],
    ['warning'],
    [],
    [],
    [],
  ]);
});

it('whatever comes in whatever order: held if and only if an open one explains it', () => {
  const some = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    hostId: fc.constantFrom('h1', 'h2'),
    metric: fc.constantFrom(HOST_LOST.id, 'disk.usage', 'cpu.usage'),
    instance: fc.constantFrom('/', '/var'),
    severity: fc.constantFrom('info', 'warning', 'critical'),
  });
  fc.assert(
    fc.property(fc.uniqueArray(some, { selector: ({ id }) => id }), fc.array(fc.nat(4)), (all, resolved) => {
      const world = new Inhibition();
      const open = new Map<string, Incident>();
      for (const one of all) {
        const it = incident(one.id, one as Partial<Incident>);
        open.set(it.id, it);
        world.put(it, NOW);
      }
      for (const n of resolved) {
        const it = [...open.values()][n];
        if (it === undefined) continue;
        open.delete(it.id);
        world.put({ ...it, status: 'resolved' }, NOW - SETTLE_MS);
      }
      for (const one of open.values()) {
        const reasons = [...open.values()].filter(
          (other) =>
            other.id !== one.id &&
            other.hostId === one.hostId &&
            (other.metric === HOST_LOST.id
              ? one.metric !== HOST_LOST.id
              : other.severity === 'critical' &&
                one.severity !== 'critical' &&
                other.metric === one.metric &&
                other.instance === one.instance),
        );
        expect(world.holdOn(one, NOW) !== undefined).toBe(reasons.length > 0);
      }
    }),
  );
});
