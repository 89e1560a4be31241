import { EventEmitter2 } from '@nestjs/event-emitter';
import { beforeEach, describe, expect, it } from 'vitest';
import { HUB_EVENTS, type HostWatched } from '../events/hub-events.js';
import { HostWatchers, LINGER_MS } from './host-watchers.js';

const TENANT = 'a'.repeat(24);
const HOST = '1'.repeat(24);

let told: boolean[];
let watchers: HostWatchers;
beforeEach(() => {
  told = [];
  const events = new EventEmitter2();
  events.on(HUB_EVENTS.hostWatched, ({ watched }: HostWatched) => told.push(watched));
  watchers = new HostWatchers(events);
});

describe('HostWatchers', () => {
  it('tells at once that somebody looks at a host, and later that nobody does any more', () => {
    watchers.came(TENANT, HOST);
    expect(told).toEqual([true]);
    watchers.left(HOST, 1_000);
    watchers.sweep(1_000 + LINGER_MS - 1);
    expect([told, watchers.watches(HOST)]).toEqual([[true], true]);
    watchers.sweep(1_000 + LINGER_MS);
    expect([told, watchers.watches(HOST)]).toEqual([[true, false], false]);
  });

  it('says nothing about a page that is loaded again', () => {
    watchers.came(TENANT, HOST);
    watchers.left(HOST, 1_000);
    watchers.came(TENANT, HOST);
    watchers.sweep(1_000 + 10 * LINGER_MS);
    expect([told, watchers.watches(HOST)]).toEqual([[true], true]);
  });

  it('lets go of a host though the clock was set back', () => {
    watchers.came(TENANT, HOST);
    watchers.left(HOST, 3_600_000);
    watchers.sweep(0);
    expect(told).toEqual([true, false]);
  });

  it('knows nothing of hosts that nobody looked at', () => {
    watchers.left(HOST, 0);
    watchers.sweep(1e9);
    expect([told, watchers.watches(HOST)]).toEqual([[], false]);
  });
});
