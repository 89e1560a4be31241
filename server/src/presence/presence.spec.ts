import type { Presence } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostWatch, START_GRACE_MS } from './presence.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const never: Presence = { status: 'never', since: 0 };
const online: Presence = { status: 'online', since: 0 };

const connectedWatch = (interval = SECOND) => {
  const watch = new HostWatch(never, 0);
  return { watch, epoch: watch.connected(interval, 0).epoch };
};

describe('HostWatch', () => {
  it('calls a host online as soon as it connects', () => {
    const change = new HostWatch(never, 0).connected(SECOND, 5).change;
    expect(change).toEqual({ status: 'online', since: 5 });
  });

  it('says nothing when nothing changes', () => {
    const { watch, epoch } = connectedWatch();
    expect(watch.frame(epoch, 500)).toBeUndefined();
    expect(watch.tick(1_000)).toBeUndefined();
  });

  it('calls a host lost at once when its connection closes, and says why', () => {
    const { watch, epoch } = connectedWatch();
    expect(watch.disconnected(epoch, 'connection closed', 7)).toEqual({
      status: 'lost',
      since: 7,
      reason: 'connection closed',
    });
  });

  it('calls a silent host stale after three intervals, and after no less than three seconds', () => {
    const slow = connectedWatch(10 * SECOND).watch;
    expect(slow.tick(29_999)).toBeUndefined();
    expect(slow.tick(30_000)).toMatchObject({ status: 'stale' });
    const fast = connectedWatch(50).watch;
    expect(fast.tick(2_999)).toBeUndefined();
    expect(fast.tick(3_000)).toMatchObject({ status: 'stale', since: 3_000 });
  });

  it('waits as long as the interval that an agent changes to, and takes the change for a sign of life', () => {
    const { watch, epoch } = connectedWatch();
    expect(watch.paced(epoch, 60 * SECOND, 2_000)).toBeUndefined();
    expect(watch.tick(2_000 + 180 * SECOND - 1)).toBeUndefined();
    expect(watch.tick(2_000 + 180 * SECOND)).toMatchObject({ status: 'stale' });
    expect(watch.paced(epoch, SECOND, 200 * SECOND)).toEqual({ status: 'online', since: 200 * SECOND });
    expect(watch.tick(203 * SECOND)).toMatchObject({ status: 'stale' });
  });

  it('does not let an earlier connection change the interval of a later one', () => {
    const { watch, epoch } = connectedWatch();
    watch.connected(SECOND, 100);
    watch.paced(epoch, 60 * SECOND, 200);
    expect(watch.tick(3_100)).toMatchObject({ status: 'stale' });
  });

  it('calls a host lost that stays silent though its connection lives', () => {
    const { watch } = connectedWatch();
    watch.tick(3_000);
    expect(watch.tick(29_999)).toBeUndefined();
    expect(watch.tick(30_000)).toMatchObject({ status: 'lost', reason: 'silent for too long' });
  });

  it('calls a stale host online again with its next frame', () => {
    const { watch, epoch } = connectedWatch();
    watch.tick(3_000);
    expect(watch.frame(epoch, 3_500)).toEqual({ status: 'online', since: 3_500 });
  });

  it('keeps a planned stop when the connection closes after it', () => {
    const { watch, epoch } = connectedWatch();
    expect(watch.stopped(epoch, 'reboot', 10)).toMatchObject({ status: 'stopped', reason: 'reboot' });
    expect(watch.disconnected(epoch, 'connection closed', 11)).toBeUndefined();
    expect(watch.tick(1e9)).toBeUndefined();
    expect(watch.presence.status).toBe('stopped');
  });

  it('keeps a planned stop through frames and facts that were on their way when it was told', () => {
    const { watch, epoch } = connectedWatch();
    watch.stopped(epoch, 'reboot', 10);
    expect(watch.frame(epoch, 11)).toBeUndefined();
    expect(watch.paced(epoch, 5_000, 12)).toBeUndefined();
    expect(watch.tick(1e9)).toBeUndefined();
    expect(watch.disconnected(epoch, 'connection closed', 13)).toBeUndefined();
    expect(watch.presence).toMatchObject({ status: 'stopped', reason: 'reboot' });
    expect(watch.connected(1_000, 1e9).change).toMatchObject({ status: 'online' });
  });

  it('lets hosts come back after a start of the hub before it calls them lost', () => {
    const watch = new HostWatch(online, 100);
    expect(watch.presence).toMatchObject({ status: 'stale', since: 100 });
    expect(watch.tick(100 + START_GRACE_MS - 1)).toBeUndefined();
    expect(watch.tick(100 + START_GRACE_MS)).toMatchObject({ status: 'lost' });
  });

  it.each(['never', 'lost', 'stopped'] as const)(
    'leaves a host %s that was so before the start',
    (status) => {
      const last: Presence = { status, since: 3, reason: 'as it was' };
      const watch = new HostWatch(last, 100);
      expect(watch.tick(1e9)).toBeUndefined();
      expect(watch.presence).toEqual(last);
    },
  );

  it('blames nobody for the time in which the hub itself stood still', () => {
    const { watch } = connectedWatch();
    watch.pardon(60_000);
    expect(watch.tick(60_500)).toBeUndefined();
    expect(watch.tick(63_000)).toMatchObject({ status: 'stale' });
  });

  describe('of a host that posts', () => {
    const MINUTE = 60 * SECOND;
    const postingWatch = (every = MINUTE) => {
      const watch = new HostWatch(never, 0);
      const posts = 5;
      for (let i = 0; i < posts; i += 1) watch.posted(i * every);
      return { watch, last: (posts - 1) * every };
    };

    it('is online with its first post', () => {
      const watch = new HostWatch(never, 0);
      expect(watch.posted(7)).toEqual({ status: 'online', since: 7 });
      expect(watch.posted(8)).toBeUndefined();
      expect(watch.hasConnection).toBe(false);
    });

    it.each([
      ['three minutes after the only post', [0], 3 * MINUTE],
      ['three gaps after the last post', [0, 1, 2, 3, 4, 5].map((n) => n * 5 * MINUTE), 40 * MINUTE],
      [
        'half a minute after the last of many posts a second',
        Array.from({ length: 21 }, (_, n) => n * SECOND),
        50 * SECOND,
      ],
    ])('is stale %s', (_what, posts, stale) => {
      const watch = new HostWatch(never, 0);
      for (const now of posts) watch.posted(now);
      expect(watch.tick(stale - 1)).toBeUndefined();
      expect(watch.tick(stale)).toEqual({ status: 'stale', since: stale, reason: 'posts stopped arriving' });
    });

    it('is lost after ten gaps, and online again with its next post', () => {
      const { watch, last } = postingWatch();
      expect(watch.tick(last + 3 * MINUTE)).toMatchObject({ status: 'stale' });
      expect(watch.tick(last + 10 * MINUTE - 1)).toBeUndefined();
      expect(watch.tick(last + 10 * MINUTE)).toMatchObject({ status: 'lost', reason: 'silent for too long' });
      expect(watch.posted(last + HOUR)).toEqual({ status: 'online', since: last + HOUR });
      expect(watch.postedEvery).toBe(MINUTE);
    });

    it('is spoken for by its agent alone while one is connected', () => {
      const { watch } = connectedWatch();
      expect(watch.posted(500)).toBeUndefined();
      expect(watch.tick(3_000)).toMatchObject({ status: 'stale', reason: 'frames stopped arriving' });
      expect(watch.posted(3_001)).toBeUndefined();
      expect(watch.presence.status).toBe('stale');
    });

    it('goes on with posts when its agent is gone, and with the agent when it is back', () => {
      const { watch, epoch } = connectedWatch();
      watch.disconnected(epoch, 'connection closed', 10);
      expect(watch.posted(20)).toMatchObject({ status: 'online' });
      expect(watch.disconnected(epoch, 'connection closed', 30)).toBeUndefined();
      const again = watch.connected(SECOND, 40);
      expect(watch.frame(again.epoch, 50)).toBeUndefined();
      expect(watch.tick(3_050)).toMatchObject({ status: 'stale' });
    });

    it('may stay away for three gaps after a start of the hub, and no less than any other host', () => {
      const slow = new HostWatch(online, 100, 10 * MINUTE);
      expect(slow.presence.status).toBe('stale');
      expect(slow.tick(100 + 30 * MINUTE - 1)).toBeUndefined();
      expect(slow.tick(100 + 30 * MINUTE)).toMatchObject({ status: 'lost' });
      const quick = new HostWatch(online, 100, SECOND);
      expect(quick.tick(100 + START_GRACE_MS - 1)).toBeUndefined();
      expect(quick.tick(100 + START_GRACE_MS)).toMatchObject({ status: 'lost' });
    });

    it('is expected as often as before a start of the hub', () => {
      const watch = new HostWatch(online, 0, 10 * MINUTE);
      watch.posted(5 * MINUTE);
      expect(watch.tick(35 * MINUTE - 1)).toBeUndefined();
      expect(watch.tick(35 * MINUTE)).toMatchObject({ status: 'stale' });
    });

    it('is online as long as its posts come in time, whatever agents came and went before', () => {
      const gaps = fc.array(fc.integer({ min: 1, max: 170_000 }), { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(gaps, fc.boolean(), (waits, agentBefore) => {
          const watch = new HostWatch(never, 0);
          if (agentBefore) watch.disconnected(watch.connected(SECOND, 0).epoch, 'closed', 0);
          let now = 0;
          watch.posted(now);
          for (const wait of waits) {
            now += wait;
            expect(watch.tick(now)).toBeUndefined();
            watch.posted(now);
          }
          expect(watch.presence.status).toBe('online');
        }),
      );
    });
  });

  it('never listens to a connection that was replaced, in whatever order things happen', () => {
    const step = fc.record({
      what: fc.constantFrom('connect', 'frame', 'disconnect', 'stop', 'tick'),
      age: fc.nat(3),
      wait: fc.nat(40_000),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const watch = new HostWatch(never, 0);
        let now = 0;
        let newest = 0;
        for (const { what, age, wait } of steps) {
          now += wait;
          const before = watch.presence;
          const epoch = newest - age;
          if (what === 'connect') newest = watch.connected(SECOND, now).epoch;
          if (what === 'frame') watch.frame(epoch, now);
          if (what === 'disconnect') watch.disconnected(epoch, 'closed', now);
          if (what === 'stop') watch.stopped(epoch, 'reboot', now);
          if (what === 'tick') watch.tick(now);
          if (age > 0 && what !== 'connect' && what !== 'tick') expect(watch.presence).toBe(before);
          if (what === 'connect') expect(watch.presence.status).toBe('online');
        }
      }),
    );
  });

  it('keeps a host online as long as its frames come in time, and notices within a tick when they stop', () => {
    const schedule = fc.array(fc.integer({ min: 1, max: 2_999 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(schedule, (gaps) => {
        const { watch, epoch } = connectedWatch();
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          expect(watch.tick(now)).toBeUndefined();
          watch.frame(epoch, now);
        }
        expect(watch.presence.status).toBe('online');
        expect(watch.tick(now + 3_000)).toMatchObject({ status: 'stale' });
      }),
    );
  });
});
