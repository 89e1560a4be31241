import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Presence } from '@tocsin/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { HUB_EVENTS, type PresenceChanged } from '../events/hub-events.js';
import type { HostsService } from '../hosts/hosts.service.js';
import { PresenceService } from './presence.service.js';

const facts = { interval: 1_000 };

/** Hosts as the presence service sees them: what it reads, and what it saves. */
function fakeHosts(...known: { id: string; presence: Presence; postedEvery?: number | null }[]) {
  const saved: (number | null)[] = [];
  const records = new Map(known.map((host) => [host.id, { ...host, tenantId: 't' }]));
  return {
    all: () => records.values(),
    get: (id: string) => records.get(id),
    remove: (id: string) => records.delete(id),
    savePostedEvery: (id: string, postedEvery: number | null) => {
      records.get(id)!.postedEvery = postedEvery;
      saved.push(postedEvery);
    },
    saved,
    savePresence: (id: string, presence: Presence) => void (records.get(id)!.presence = presence),
  };
}

describe('PresenceService', () => {
  let hosts: ReturnType<typeof fakeHosts>;
  let presence: PresenceService;
  let told: string[];

  beforeEach(() => {
    hosts = fakeHosts(
      { id: 'a', presence: { status: 'never', since: 0 } },
      { id: 'b', presence: { status: 'online', since: 0 } },
    );
    const events = new EventEmitter2();
    told = [];
    events.on(HUB_EVENTS.presenceChanged, (change: PresenceChanged) => {
      told.push(`${change.tenantId}/${change.hostId} ${change.presence.status}`);
    });
    presence = new PresenceService(hosts as unknown as HostsService, events);
    presence.start(1_000_000);
    told.length = 0;
  });

  it('tells of a change before the call returns, and saves it', () => {
    presence.connected('a', facts, 1_000_001);
    expect(told).toEqual(['t/a online']);
    expect(hosts.get('a')?.presence).toEqual({ status: 'online', since: 1_000_001 });
    expect(presence.of('a').status).toBe('online');
  });

  it('tells of each change once', () => {
    const epoch = presence.connected('a', facts, 1_000_000);
    presence.frame('a', epoch, 1_000_100);
    presence.frame('a', epoch, 1_000_200);
    expect(told).toHaveLength(1);
  });

  it('ignores the late disconnect of a connection that was replaced', () => {
    const first = presence.connected('a', facts, 1_000_000);
    presence.connected('a', facts, 1_000_010);
    presence.disconnected('a', first, 'connection closed', 1_000_020);
    expect(presence.of('a').status).toBe('online');
  });

  it('calls a host lost that does not return after a start of the hub', () => {
    for (let now = 1_000_000; now < 1_030_000; now += 250) presence.tick(now);
    expect(told).toEqual([]);
    presence.tick(1_030_000);
    expect(told).toEqual(['t/b lost']);
  });

  it('does not take its own standstill for silence of the hosts', () => {
    presence.connected('a', facts, 1_000_000);
    presence.tick(1_000_250);
    presence.tick(1_020_000);
    expect(presence.of('a').status).toBe('online');
  });

  it('still notices silence after its clock was set back', () => {
    presence.connected('a', facts, 1_000_000);
    presence.tick(1_000_250);
    presence.tick(400_000);
    for (let now = 400_250; now <= 403_500; now += 250) presence.tick(now);
    expect(presence.of('a').status).toBe('stale');
  });

  it('remembers how often a host posts, and does not write down each small difference', () => {
    for (const now of [0, 60, 121, 179, 241, 300]) presence.posted('a', 1_000_000 + now * 1_000);
    expect(hosts.saved).toEqual([60_000]);
    expect(presence.postedEvery('a')).toBeCloseTo(61_000, -3);
    expect(told).toEqual(['t/a online']);
  });

  it('forgets how often a host posted when an agent connects, and lets posts beside it change nothing', () => {
    presence.posted('a', 1_000_000);
    const epoch = presence.connected('a', facts, 1_000_010);
    presence.posted('a', 1_000_020);
    expect(hosts.saved).toEqual([60_000, null]);
    expect(presence.hasConnection('a')).toBe(true);
    presence.disconnected('a', epoch, 'connection closed', 1_000_030);
    expect(presence.of('a').status).toBe('lost');
  });

  it('calls no host lost that posts every ten minutes because the hub was started again', () => {
    hosts = fakeHosts({ id: 'a', presence: { status: 'online', since: 0 }, postedEvery: 600_000 });
    presence = new PresenceService(hosts as unknown as HostsService, new EventEmitter2());
    presence.start(1_000_000);
    for (let now = 1_000_000; now < 1_590_000; now += 250) presence.tick(now);
    expect(presence.of('a').status).toBe('stale');
    presence.posted('a', 1_590_000);
    expect(presence.of('a').status).toBe('online');
  });

  it('forgets a host that was removed', () => {
    const epoch = presence.connected('a', facts, 1_000_000);
    hosts.remove('a');
    presence.forget({ tenantId: 't', hostId: 'a' });
    presence.disconnected('a', epoch, 'connection closed', 1_000_010);
    expect(told).toEqual(['t/a online']);
    expect(presence.of('a').status).toBe('never');
  });
});
