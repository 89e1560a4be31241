import { beforeEach, describe, expect, it, vi } from 'vitest';
import { id, rule, World } from '../../../test/alert-world.js';

let world: World;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

describe('a rule for hosts with a tag', () => {
  const tag = (...names: string[]) => {
    Object.assign(world.hosts.get(id('a'))!, { tags: names });
    world.evaluation.hostChanged({ tenantId: id('f'), hostId: id('a') });
  };
  beforeEach(async () => {
    world = new World([rule({ tags: { match: 'any', names: ['web'] } })]);
    await world.start();
  });

  it('begins with the frame after the host got it, and ends with it', () => {
    world.frames(10, { '/': 95 });
    expect(world.told).toEqual([]);
    tag('db', 'web');
    world.frames(6, { '/': 95 });
    expect(world.story).toEqual(['open /']);
    tag('db');
    expect(world.story.at(-1)).toBe('resolved / rule_changed');
    world.frames(10, { '/': 95 });
    expect(world.told).toHaveLength(2);
  });

  it('forgets what was pending when the host loses it', () => {
    tag('web');
    world.frames(5, { '/': 95 });
    tag();
    world.frames(1, { '/': 95 });
    tag('web');
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('keeps its incident when the host changes in something else, and through a restart', async () => {
    tag('web');
    world.frames(6, { '/': 95 });
    tag('web', 'db');
    await world.crash();
    world.frames(2, { '/': 95 });
    expect(world.told).toEqual([]);
    tag('db');
    expect(world.story).toEqual(['resolved / rule_changed']);
  });
});
