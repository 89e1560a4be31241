import { DEFAULT_POLICY, type Incident, type Policy, type RouteState } from '@tocsin/shared';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Route, type Telling, TenantRoutes } from './tenant-routes.js';

const START = 1_800_000_000_000;
const MINUTE = 60_000;
const policy: Policy = { ...DEFAULT_POLICY, id: 'p1', match: undefined };
const escalating: Policy = {
  ...policy,
  steps: [0, 300].map((afterSeconds) => ({ afterSeconds, to: [{ kind: 'role', role: 'owner' }] })),
};
const incident = (over: Partial<Incident> = {}): Incident =>
  ({ id: 'i1', hostId: 'h1', ruleId: 'r1', status: 'open', severity: 'critical', ...over }) as Incident;

/** A tenant's routes with somebody who writes down what is told, and crashes on request. */
class Hub {
  routes = new TenantRoutes();
  policies: readonly Policy[] = [policy];
  now = START;
  readonly told: string[] = [];
  readonly #written = new Map<string, Omit<Route, 'incident'>>();
  readonly #incidents = new Map<string, Incident>();

  change(one: Incident): void {
    this.#incidents.set(one.id, one);
    this.routes.incident(one, () => this.policies, this.policies, this.now);
  }

  /** Lets time pass. @param fails whether the database takes it @param meanwhile happens while it is written */
  pass(ms: number, fails = false, meanwhile = (): void => {}): void {
    this.now += ms;
    this.routes.tick(this.policies, this.now);
    for (const batch of this.routes.take(this.now)) {
      const tellings = this.routes.tellings(batch, this.policies, this.now);
      if (tellings.length === 0) continue;
      meanwhile();
      if (fails) this.routes.putBack(batch, this.now);
      else this.#commit(tellings);
    }
    for (const { incident: one, states, toldTo } of this.routes.takeChanged())
      this.#written.set(one.id, { states, toldTo });
  }

  /** kill -9, and a hub that finds what was written. */
  crash(): void {
    this.routes = new TenantRoutes();
    for (const [id, route] of this.#written)
      this.routes.restore({ ...route, incident: this.#incidents.get(id)! });
    for (const one of this.#incidents.values()) {
      if (one.status === 'open' || this.#written.has(one.id)) this.change(one);
    }
  }

  #commit(tellings: Telling[]): void {
    for (const { incident: one, notices, states, ended } of tellings) {
      for (const { notice } of notices)
        this.told.push(`${one.id} ${notice.kind} ${notice.from}-${notice.to}`);
      if (ended) this.#written.delete(one.id);
      else this.#written.set(one.id, { states, toldTo: ['user:u1'] });
    }
    for (const one of this.routes.commit(tellings, () => ['user:u1'])) this.change(one);
  }
}

let hub: Hub;
beforeEach(() => {
  hub = new Hub();
});

it('tells of the beginning, of the acknowledgement and of the end, and then forgets', () => {
  hub.change(incident());
  hub.pass(100);
  hub.change(incident({ acknowledgedAt: hub.now }));
  hub.pass(MINUTE);
  hub.change(incident({ status: 'resolved' }));
  hub.pass(MINUTE);
  expect(hub.told).toEqual(['i1 firing 0-1', 'i1 acknowledged 0-1', 'i1 resolved 0-1']);
  expect(hub.routes.size).toBe(0);
});

it('tells nobody of what was over before its turn came', () => {
  hub.change(incident());
  hub.change(incident({ status: 'resolved' }));
  hub.pass(MINUTE);
  expect(hub.told).toEqual([]);
  expect(hub.routes.size).toBe(0);
});

it('tells that it is over of what was over while it was written', () => {
  hub.change(incident());
  hub.pass(100, false, () => hub.change(incident({ status: 'resolved' })));
  hub.pass(MINUTE);
  expect(hub.told).toEqual(['i1 firing 0-1', 'i1 resolved 0-1']);
  expect(hub.routes.size).toBe(0);
});

it('tells nothing and forgets what was over while it could not be written', () => {
  hub.change(incident());
  hub.pass(100, true, () => hub.change(incident({ status: 'resolved' })));
  hub.pass(MINUTE);
  expect(hub.told).toEqual([]);
  expect(hub.routes.size).toBe(0);
});

it('tells nothing new when only its values change', () => {
  hub.change(incident());
  hub.pass(100);
  for (let i = 0; i < 100; i += 1) {
    hub.change(incident({ lastValue: i }));
    hub.pass(10_000);
  }
  expect(hub.told).toEqual(['i1 firing 0-1']);
});

describe('policies that change', () => {
  it('one that is gone tells of the end to those who were told', () => {
    hub.change(incident());
    hub.pass(100);
    hub.policies = [];
    hub.pass(600 * MINUTE);
    hub.change(incident({ status: 'resolved' }));
    hub.pass(MINUTE);
    expect(hub.told).toEqual(['i1 firing 0-1', 'i1 resolved 0-1']);
  });

  it('one that comes later is told of what is open', () => {
    hub.policies = [];
    hub.change(incident());
    hub.pass(MINUTE);
    hub.policies = [policy];
    hub.change(incident());
    hub.pass(100);
    expect(hub.told).toEqual(['i1 firing 0-1']);
  });
});

describe('a database that is away', () => {
  it('has what is true by then told when it is back', () => {
    hub.change(incident());
    for (let i = 0; i < 20; i += 1) hub.pass(5_000, true);
    expect(hub.told).toEqual([]);
    hub.change(incident({ id: 'i2' }));
    hub.change(incident({ status: 'resolved' }));
    hub.pass(MINUTE);
    hub.pass(MINUTE);
    expect(hub.told).toEqual(['i2 firing 0-1']);
  });
});

it('saves that something is held, so that a crash does not bring the next step forward', () => {
  hub.policies = [escalating];
  hub.change(incident());
  hub.pass(100);
  hub.change(incident({ holds: [{ by: 'silence' }] }));
  hub.pass(60 * MINUTE);
  hub.crash();
  hub.change(incident());
  hub.pass(2 * MINUTE);
  expect(hub.told).toEqual(['i1 firing 0-1']);
  hub.pass(4 * MINUTE);
  hub.pass(1_000);
  expect(hub.told).toEqual(['i1 firing 0-1', 'i1 firing 1-2']);
});

const act = fc.record({
  id: fc.constantFrom('i1', 'i2', 'i3'),
  what: fc.constantFrom<Partial<Incident> | 'crash' | 'fail'>(
    { status: 'resolved' },
    { acknowledgedAt: 1 },
    { acknowledgedAt: undefined },
    { holds: [{ by: 'silence' }] },
    { holds: undefined },
    'crash',
    'fail',
  ),
  ms: fc.constantFrom(0, 50, 100, 5_000, MINUTE, 10 * MINUTE),
});

it('whatever crashes and fails: each step is told once, and the end if and only if the beginning was', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const world = new Hub();
      world.policies = [{ ...escalating, repeat: undefined }];
      const now = new Map(['i1', 'i2', 'i3'].map((id) => [id, incident({ id })]));
      for (const one of now.values()) world.change(one);
      for (const { id, what, ms } of acts) {
        if (what === 'crash') world.crash();
        else if (what !== 'fail') {
          const before = now.get(id)!;
          if (before.status === 'open') {
            now.set(id, { ...before, ...what });
            world.change(now.get(id)!);
          }
        }
        world.pass(ms, what === 'fail');
      }
      for (const [id, one] of now) {
        if (one.status === 'open') world.change({ ...one, status: 'resolved' });
        now.set(id, { ...one, status: 'resolved' });
      }
      for (let i = 0; i < 5; i += 1) world.pass(MINUTE);
      for (const id of now.keys()) {
        const of = (kind: string) => world.told.filter((line) => line.startsWith(`${id} ${kind}`));
        const steps = of('firing').map((line) => line.split(' ')[2]!);
        // From step to step without a hole, and none twice: 0-1, 1-2 or 0-2.
        let reached = 0;
        for (const step of steps) {
          const [from, to] = step.split('-').map(Number) as [number, number];
          expect(from).toBe(reached);
          reached = to;
        }
        expect(of('resolved').length).toBe(steps.length > 0 ? 1 : 0);
      }
      expect(world.routes.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('keeps a state as plain data', () => {
  hub.change(incident());
  hub.pass(100);
  const states = hub.routes.route('i1')!.states as Record<string, RouteState>;
  expect(JSON.parse(JSON.stringify(states))).toEqual(states);
});
