import { GONE_AFTER_MS, type RuleCondition } from '@tocsin/shared';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { id, rule, SECOND, World } from '../../../test/alert-world.js';

let world: World;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});
const start = async (condition: RuleCondition, over: Parameters<typeof rule>[0] = {}) => {
  world = new World([rule({ condition, forSeconds: 0, ...over })]);
  await world.start();
};
const absent = (over: Parameters<typeof rule>[0] = {}) =>
  start({ kind: 'absent' }, { comparison: '>=', firesAt: 1, clearsAt: undefined, forSeconds: 5, ...over });

describe('absent', () => {
  it('rings when the host reports without what it reported before, until it is back', async () => {
    await absent();
    world.frames(10, { '/': 50, '/data': 50 });
    world.frames(5, { '/': 50 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 50 });
    expect(world.story).toEqual(['open /data']);
    world.frames((2 * GONE_AFTER_MS) / SECOND, { '/': 50 });
    expect(world.story).toEqual(['open /data']);
    world.frames(1, { '/': 50, '/data': 99 });
    expect(world.story.at(-1)).toBe('resolved /data cleared');
  });

  it('rings for what is asked for by name, though it was never there', async () => {
    await absent({ instance: '/data' });
    world.frames(5, { '/': 50 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 50 });
    expect(world.story).toEqual(['open /data']);
  });

  it('is a matter of frames: a host that is silent misses nothing', async () => {
    await absent({ instance: '/data' });
    world.frames(3, { '/': 50 });
    world.pass(3600 * SECOND);
    world.frames(4, { '/': 50 });
    expect(world.told).toEqual([]);
  });

  it('keeps its incident through a restart of the hub', async () => {
    await absent();
    world.frames(10, { '/': 50, '/data': 50 });
    world.frames(6, { '/': 50 });
    await world.crash();
    world.frames(60, { '/': 50 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 50, '/data': 50 });
    expect(world.story).toEqual(['resolved /data cleared']);
  });

  it('forgets the missing when its rule is about something else', async () => {
    await absent();
    world.frames(10, { '/': 50, '/data': 50 });
    world.frames(6, { '/': 50 });
    world.rules = [rule({ ...world.rules[0], instance: '/' })];
    world.evaluation.rulesChanged({ tenantId: id('f') });
    world.frames(60, { '/': 50 });
    expect(world.story).toEqual(['open /data', 'resolved /data rule_changed']);
  });
});

describe('an average', () => {
  beforeEach(() => start({ kind: 'aggregate', aggregate: 'avg', windowSeconds: 60 }));

  it('rings when it is over the level, whatever single values are', async () => {
    for (let i = 0; i < 70; i += 1) world.frames(1, { '/': i % 10 === 0 ? 60 : 99 });
    expect(world.story).toEqual(['open /']);
    expect(world.told[0]!.condition).toMatchObject({ kind: 'aggregate' });
    expect(world.told[0]!.openedValue).toBeCloseTo(95.1, 1);
  });

  it('does not ring for a peak', () => {
    for (let i = 0; i < 300; i += 1) world.frames(1, { '/': i % 30 < 15 ? 100 : 10 });
    expect(world.told).toEqual([]);
  });

  it('goes on while another mount comes and goes', () => {
    for (let i = 0; i < 31; i += 1) {
      world.frames(1, { '/': 95 });
      world.frames(1, { '/': 95, '/data': 10 });
    }
    expect(world.story).toEqual(['open /']);
  });

  it('keeps the incident after a restart, though its window has to fill first', async () => {
    world.frames(61, { '/': 95 });
    await world.crash();
    world.frames(59, { '/': 10 });
    expect(world.told).toEqual([]);
    world.frames(2, { '/': 10 });
    expect(world.story).toEqual(['resolved / cleared']);
  });

  it('keeps the incident while a window that is longer than a thing may be gone fills', async () => {
    await start({ kind: 'aggregate', aggregate: 'avg', windowSeconds: 1_800 });
    world.frames(1_801, { '/': 95 });
    expect(world.story).toEqual(['open /']);
    await world.crash();
    world.frames(1_790, { '/': 95 });
    expect(world.told).toEqual([]);
  });
});

describe('a forecast', () => {
  it('rings long before the disk is full', async () => {
    await start(
      { kind: 'forecast', withinHours: 1, windowSeconds: 600 },
      { comparison: '>=', firesAt: 100, clearsAt: 99 },
    );
    for (let i = 0; i < 301; i += 1) world.frames(1, { '/': 60 + i / 60 });
    expect(world.story).toEqual(['open /']);
    for (let i = 0; i < 700; i += 1) world.frames(1, { '/': 65 });
    expect(world.story.at(-1)).toBe('resolved / cleared');
  });
});
