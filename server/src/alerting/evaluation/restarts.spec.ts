import type { Rule } from '@tocsin/shared';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { id, rule, SECOND, World } from '../../../test/alert-world.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

async function worldOf(...rules: Rule[]): Promise<World> {
  const world = new World(rules);
  await world.start();
  return world;
}

/** A hub that is killed after it saved, and is away for a while. */
async function restart(world: World, awayMs = 0): Promise<void> {
  world.save();
  // The frames that led here are acknowledged.
  await world.incidents.written();
  world.now += awayMs;
  await world.crash();
}

describe('a pending alert over a restart', () => {
  let world: World;
  beforeEach(async () => {
    world = await worldOf(rule());
    world.frames(4, { '/': 95 });
  });

  it('goes on where it was: the time that the hub was away counts neither for it nor against it', async () => {
    await restart(world, 60 * SECOND);
    world.frames(2, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('is over when the value is fine by then', async () => {
    await restart(world);
    world.frames(1, { '/': 50 });
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
  });

  it('is forgotten by a hub that was away for more than an hour', async () => {
    await restart(world, 3_601 * SECOND);
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
  });

  it('is forgotten when its rule is gone, and not found by the start after it', async () => {
    const rules = world.rules;
    world.rules = [];
    await restart(world);
    world.frames(1, { '/': 95 });
    world.rules = rules;
    await restart(world);
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
  });

  it('is not taken up twice', async () => {
    await restart(world);
    world.frames(1, { '/': 50 });
    await restart(world);
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
  });

  it('is saved again when the database did not take it', () => {
    const states = world.evaluation.takeUnsaved(world.now);
    expect(states).toHaveLength(1);
    expect(world.evaluation.takeUnsaved(world.now)).toEqual([]);
    world.evaluation.notSaved(states);
    expect(world.evaluation.takeUnsaved(world.now)).toEqual(states);
  });
});

it('writes nothing for a host about which there is nothing to remember', async () => {
  const world = await worldOf(rule());
  for (let i = 0; i < 100; i += 1) {
    world.frames(5, { '/': 50 });
    expect(world.evaluation.takeUnsaved(world.now)).toEqual([]);
  }
});

it('an average needs no new window after a restart', async () => {
  const world = await worldOf(rule({ forSeconds: 0, condition: { kind: 'aggregate', windowSeconds: 60 } }));
  world.frames(60, { '/': 95 });
  await restart(world, 30 * SECOND);
  world.frames(3, { '/': 95 });
  expect(world.story).toEqual(['open /']);
});

it('what is absent is missed by a hub that started after it was seen last', async () => {
  const absent = rule({ condition: { kind: 'absent' }, comparison: '>=', firesAt: 1, clearsAt: undefined });
  const world = await worldOf(absent);
  world.frames(3, { '/': 50, '/data': 50 });
  await restart(world);
  world.frames(6, { '/': 50 });
  expect(world.story).toEqual(['open /data']);
});

const RULES: Rule[] = [
  rule({ keepFiringSeconds: 2 }),
  rule({ id: id('3'), forSeconds: 3, condition: { kind: 'aggregate', aggregate: 'max', windowSeconds: 15 } }),
  rule({
    id: id('4'),
    forSeconds: 0,
    condition: { kind: 'rate', windowSeconds: 12 },
    firesAt: 5,
    clearsAt: 2,
  }),
  rule({
    ...{ id: id('5'), forSeconds: 4, condition: { kind: 'absent' } },
    ...{ comparison: '>=', firesAt: 1, clearsAt: undefined },
  }),
];
const second = fc.record({
  '/': fc.constantFrom(10, 60, 85, 95, 99),
  '/data': fc.option(fc.constantFrom(10, 95), { nil: undefined }),
});
const stretch = fc.record({
  mounts: second,
  seconds: fc.integer({ min: 1, max: 12 }),
  restart: fc.boolean(),
});

it('whenever the hub is restarted: incidents open and end with the same frames as without', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { maxLength: 20 }), async (stretches) => {
      const run = async (restarts: boolean): Promise<string[]> => {
        const world = await worldOf(...RULES);
        const told: string[] = [];
        const known = new Set<string>();
        let frame = 0;
        for (const { mounts, seconds, restart: isRestart } of stretches) {
          const { '/': root, '/data': data } = mounts;
          const there = { '/': root, ...(data !== undefined && { '/data': data }) };
          for (let i = 0; i < seconds; i += 1) {
            world.told.length = 0;
            world.frames(1, there);
            frame += 1;
            const news = world.told.filter(
              ({ id: incident, status }) => status === 'resolved' || !known.has(incident),
            );
            for (const { id: incident } of news) known.add(incident);
            told.push(
              ...news
                .map(({ ruleId, instance, status }) => `${frame} ${status} ${ruleId[0]} ${instance}`)
                .sort(),
            );
          }
          if (!isRestart) continue;
          // The time until the next frame counts for nothing after a restart; so it does when the clock is set back.
          if (restarts) await restart(world, -SECOND);
          else world.now -= SECOND;
        }
        return told;
      };
      expect(await run(true)).toEqual(await run(false));
    }),
    { numRuns: 300 },
  );
});
