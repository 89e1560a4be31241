import { GONE_AFTER_MS, type Incident } from '@tocsin/shared';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { id, lostRule, rule, SECOND, START, World } from '../../../test/alert-world.js';
import { START_GRACE_MS } from '../../presence/presence.js';
import { HostAlerts, PENDING_AWAY } from './host-alerts.js';

let world: World;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  return () => vi.useRealTimers();
});

describe('frames', () => {
  beforeEach(async () => {
    world = new World([rule()]);
    await world.start();
  });

  it('open an incident with the frame that completes the time, each mount by itself', () => {
    world.frames(5, { '/': 95, '/var': 50 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 95, '/var': 95 });
    expect(world.told).toMatchObject([{ instance: '/', openedAt: world.now, since: START + SECOND }]);
    world.frames(5, { '/': 95, '/var': 95 });
    expect(world.story).toEqual(['open /', 'open /var']);
  });

  it('tell of values now and then, and never open a second incident for the same', () => {
    world.frames(6, { '/': 95 });
    for (let value = 90; value < 100; value += 0.1) world.frames(1, { '/': value });
    expect(new Set(world.told.map((incident) => incident.id)).size).toBe(1);
    expect(world.told.length).toBeLessThanOrEqual(1 + 100 / 10);
    expect(world.told.at(-1)!.worstValue).toBeGreaterThan(98);
  });

  it('keep an incident while its mount is away, until the host has long been without it', () => {
    world.frames(6, { '/': 50, '/data': 95 });
    world.frames(GONE_AFTER_MS / SECOND, { '/': 50 });
    expect(world.story).toEqual(['open /data']);
    world.frames(1, { '/': 50 });
    expect(world.story).toEqual(['open /data', 'resolved /data gone']);
  });

  it('go on with the same incident when the mount comes back in time', () => {
    world.frames(6, { '/': 50, '/data': 95 });
    world.frames(60, { '/': 50 });
    world.frames(60, { '/data': 95, '/': 50 });
    expect(world.story).toEqual(['open /data']);
    world.frames(1, { '/data': 70, '/': 50 });
    expect(world.story.at(-1)).toBe('resolved /data cleared');
  });

  it('keep an incident through any silence of the host', () => {
    world.frames(6, { '/': 95 });
    world.pass(24 * 3600 * SECOND);
    expect(world.story).toEqual(['open /']);
  });

  it('do not count a silence as time in which the condition held', () => {
    world.frames(3, { '/': 95 });
    world.pass(60 * SECOND);
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('are held against changed rules at once', () => {
    world.frames(3, { '/': 95 });
    world.rules = [rule({ forSeconds: 3 })];
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
    world.rules = [rule({ firesAt: 97, clearsAt: 96 })];
    world.frames(1, { '/': 95 });
    expect(world.story.at(-1)).toBe('resolved / cleared');
  });

  it('open a new incident for a rule that was switched off and on again', () => {
    world.frames(6, { '/': 95 });
    world.rules = [rule({ enabled: false })];
    world.evaluation.rulesChanged({ tenantId: id('f') });
    world.rules = [rule()];
    world.evaluation.rulesChanged({ tenantId: id('f') });
    world.frames(6, { '/': 95 });
    expect(world.story).toEqual(['open /', 'resolved / rule_changed', 'open /']);
    expect(world.told[2]!.id).not.toBe(world.told[0]!.id);
  });

  it('let a condition go on while scripts post other series by turns', () => {
    for (let turn = 0; turn < 4; turn += 1) {
      world.frames(1, { '/': 95 });
      world.frames(1, { '/data': 10 });
    }
    expect(world.story).toEqual(['open /']);
  });

  it('begin a condition anew when its series was away for longer than a silence may be', () => {
    world.frames(3, { '/': 95 });
    world.frames(2, { '/data': 10 });
    world.frames(2, { '/srv': 10 });
    world.frames(5, { '/': 95 });
    expect(world.story).toEqual([]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('with ever new names leave little to remember beside the open incidents', () => {
    world.rules = [rule({ forSeconds: 0 }), rule({ id: id('3'), forSeconds: 60 })];
    const host = world.hosts.get(id('a'))!;
    const alerts = new HostAlerts(host);
    for (let i = 0; i < 2 * PENDING_AWAY; i += 1) {
      const at = { now: START, patienceMs: SECOND };
      for (const { check } of alerts.step(world.rules, world.disk({ [`/${i}`]: 95 }), at)) {
        if (i < 10) check.incidentId = `incident ${i}`;
      }
    }
    expect(alerts.size).toBeLessThanOrEqual(10 + PENDING_AWAY + 2);
    expect(alerts.size).toBeGreaterThan(10);
  });
});

describe('a restart of the hub', () => {
  beforeEach(async () => {
    world = new World([rule(), lostRule()]);
    await world.start();
  });

  it('goes on with open incidents, says nothing of them again, and resolves them', async () => {
    world.frames(6, { '/': 95 });
    const [{ id: before }] = world.told as [Incident];
    await world.crash();
    world.frames(20, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 70 });
    expect(world.told).toMatchObject([{ id: before, status: 'resolved', resolution: 'cleared' }]);
  });

  it('begins pending alerts anew: nobody is told early', async () => {
    world.frames(5, { '/': 95 });
    await world.crash();
    world.frames(5, { '/': 95 });
    expect(world.told).toEqual([]);
    world.frames(1, { '/': 95 });
    expect(world.story).toEqual(['open /']);
  });

  it('ends incidents whose rule or host is gone meanwhile', async () => {
    world.frames(6, { '/': 95 });
    world.rules = [];
    await world.crash();
    expect(world.story).toEqual(['resolved / rule_changed']);
    world.rules = [rule()];
    world.frames(6, { '/': 95 });
    world.hosts.clear();
    await world.crash();
    expect(world.story).toEqual(['resolved / host_removed']);
  });
});

describe('a lost host', () => {
  beforeEach(async () => {
    world = new World([rule(), lostRule()]);
    await world.start();
    world.presence('online');
  });

  it('rings after its grace time, and is resolved when it returns', () => {
    world.presence('lost');
    world.pass(9 * SECOND);
    expect(world.told).toEqual([]);
    world.pass(1 * SECOND);
    expect(world.told).toMatchObject([{ metric: 'host.lost', hostName: 'web-1' }]);
    world.presence('online');
    expect(world.story).toEqual(['open', 'resolved cleared']);
  });

  it('does not ring for a short interruption', () => {
    world.presence('lost');
    world.pass(8 * SECOND);
    world.presence('online');
    world.presence('lost');
    world.pass(8 * SECOND);
    expect(world.told).toEqual([]);
  });

  it('counts its silence from when its frames stopped, though the connection still lived', () => {
    world.presence('stale');
    world.pass(6 * SECOND);
    world.presence('lost');
    world.pass(4 * SECOND);
    expect(world.story).toEqual(['open']);
  });

  it.each(['stopped', 'never'] as const)('is not one that is %s', (status) => {
    world.presence(status);
    world.pass(3600 * SECOND);
    expect(world.told).toEqual([]);
  });

  it('is resolved when it turns out to have been stopped', () => {
    world.presence('lost');
    world.pass(10 * SECOND);
    world.presence('stopped');
    expect(world.story).toEqual(['open', 'resolved cleared']);
  });

  it('is not blamed for a hub that stood still', () => {
    world.presence('lost');
    world.pass(2 * SECOND);
    world.now += 60 * SECOND;
    world.evaluation.tick(world.now);
    world.pass(9 * SECOND);
    expect(world.told).toEqual([]);
    world.pass(1 * SECOND);
    expect(world.story).toEqual(['open']);
  });

  it('rings for a rule that is made while it is lost', () => {
    world.rules = [];
    world.presence('lost');
    world.pass(60 * SECOND);
    world.rules = [lostRule()];
    world.pass(11 * SECOND);
    expect(world.story).toEqual(['open']);
  });

  it('does not ring after a restart of the hub, when every host is away until it is back', async () => {
    await world.crash();
    world.presence('stale');
    world.pass(START_GRACE_MS - SECOND);
    world.presence('online');
    world.pass(60 * SECOND);
    expect(world.told).toEqual([]);
  });

  it('rings when it does not come back after a restart', async () => {
    await world.crash();
    world.presence('stale');
    world.pass(START_GRACE_MS);
    world.presence('lost');
    world.pass(10 * SECOND);
    expect(world.story).toEqual(['open']);
  });

  it('keeps its incident through a restart, and rings no second time', async () => {
    world.presence('lost');
    world.pass(10 * SECOND);
    await world.crash();
    world.pass(120 * SECOND);
    expect(world.told).toEqual([]);
    world.presence('online');
    expect(world.story).toEqual(['resolved cleared']);
  });

  it('rings after the grace time when the hub died before it could', async () => {
    world.presence('lost');
    world.pass(5 * SECOND);
    await world.crash();
    world.pass(START_GRACE_MS + 9 * SECOND);
    expect(world.told).toEqual([]);
    world.pass(2 * SECOND);
    expect(world.story).toEqual(['open']);
  });

  it('leaves its other incidents open, since nobody knows better', () => {
    world.frames(6, { '/': 95 });
    world.presence('lost');
    world.pass(3600 * SECOND);
    expect(world.story).toEqual(['open /', 'open']);
    world.presence('online');
    world.frames(1, { '/': 50 });
    expect(world.story.slice(2)).toEqual(['resolved cleared', 'resolved / cleared']);
  });
});
