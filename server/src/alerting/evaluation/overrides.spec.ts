import { beforeEach, describe, expect, it, vi } from 'vitest';
import { id, rule, World } from '../../../test/alert-world.js';

let world: World;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});
const here = { hostId: id('a') };

describe('a rule that is different on a host', () => {
  it('is held against it with the levels and the time of that host', async () => {
    world = new World([rule({ overrides: [{ ...here, firesAt: 97, clearsAt: 96, forSeconds: 2 }] })]);
    await world.start();
    world.frames(10, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(3, { '/': 98 });
    expect(world.told).toMatchObject([{ status: 'open', firesAt: 97 }]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /', 'resolved / cleared']);
  });

  it('lets other hosts alone', async () => {
    world = new World([rule({ overrides: [{ hostId: id('b'), enabled: false }] })]);
    await world.start();
    world.frames(6, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('ends its incident when it is switched off there, also over a restart', async () => {
    world = new World([rule()]);
    await world.start();
    world.frames(6, { '/': 95 });
    world.rules = [rule({ overrides: [{ ...here, enabled: false }] })];
    await world.crash();
    expect(world.story).toEqual(['resolved / rule_changed']);
    world.frames(20, { '/': 95 });
    expect(world.told).toHaveLength(1);
  });
});
