import { LIMITS, SSH_WINDOW_MS } from '@tocsin/shared/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from './address.js';
import { rankSources } from './ranking.js';
import { AttemptWindow } from './window.js';

const one = (address: string, user?: string) => ({ times: 1, address, ...(user !== undefined && { user }) });
const shown = (window: AttemptWindow) =>
  rankSources(window).map(({ address, attempts }) => [address, attempts]);

describe('AttemptWindow', () => {
  it('counts by address and user, and shows them by address', () => {
    const window = new AttemptWindow();
    for (const user of ['root', 'admin', 'root']) window.add(one('192.0.2.7', user), 1_000, 5_000);
    window.add({ times: 9, address: '192.0.2.8' }, 2_000, 6_000);
    expect(window.total).toBe(12);
    expect(rankSources(window)).toEqual([
      {
        ...{ address: '192.0.2.7', attempts: 3, users: 2, last: 5_000 },
        topUsers: [
          { name: 'root', attempts: 2 },
          { name: 'admin', attempts: 1 },
        ],
      },
      { address: '192.0.2.8', attempts: 9, users: 0, topUsers: [], last: 6_000 },
    ]);
  });

  it('lets each attempt go after ten minutes, and with the last one the address', () => {
    const window = new AttemptWindow();
    window.add(one('192.0.2.7', 'root'), 0, 0);
    window.add(one('192.0.2.7', 'admin'), 60_000, 60_000);
    window.advance(SSH_WINDOW_MS - 1);
    expect(window.total).toBe(2);
    window.advance(SSH_WINDOW_MS);
    expect(rankSources(window)).toMatchObject([{ attempts: 1, users: 1, topUsers: [{ name: 'admin' }] }]);
    window.advance(SSH_WINDOW_MS + 60_000);
    expect([window.total, rankSources(window)]).toEqual([0, []]);
  });

  it('changes its version only when something in it changes', () => {
    const window = new AttemptWindow();
    window.add(one('192.0.2.7'), 0, 0);
    const { version } = window;
    window.advance(1_000);
    window.advance(SSH_WINDOW_MS - 1);
    window.login('192.0.2.9', 2_000);
    expect(window.version).toBe(version);
    window.advance(SSH_WINDOW_MS);
    expect(window.version).toBeGreaterThan(version);
  });

  it('shows an IPv6 network beside its addresses where two of them fail', () => {
    const window = new AttemptWindow();
    window.add(one('2001:db8:1:2::a', 'root'), 0, 1);
    expect(shown(window)).toEqual([['2001:db8:1:2::a', 1]]);
    window.add(one('2001:db8:1:2::b', 'root'), 0, 2);
    window.add(one('2001:db8:1:2:ffff::b', 'admin'), 0, 3);
    window.add(one('2001:db8:1:3::b'), 0, 4);
    expect(rankSources(window)[0]).toEqual({
      ...{ address: '2001:db8:1:2::/64', attempts: 3, users: 2, last: 3 },
      topUsers: [
        { name: 'root', attempts: 2 },
        { name: 'admin', attempts: 1 },
      ],
    });
    expect(shown(window)).toHaveLength(5);
  });

  describe('a login', () => {
    it('is a breach after five failures, for as long as it is in the window', () => {
      const window = new AttemptWindow();
      for (let i = 0; i < 4; i++) window.add(one('192.0.2.7', 'root'), 0, 0);
      expect(window.login('192.0.2.7', 1_000)).toEqual({ failures: 4, breach: false });
      window.add(one('192.0.2.7', 'root'), 2_000, 2_000);
      expect(window.login('192.0.2.7', 300_000)).toEqual({ failures: 5, breach: true });
      expect(window.login('192.0.2.7', 300_001)).toEqual({ failures: 5, breach: true });
      expect(rankSources(window)).toMatchObject([{ attempts: 5, breaches: 2 }]);
      window.advance(SSH_WINDOW_MS + 2_000);
      expect(rankSources(window)).toEqual([
        { address: '192.0.2.7', attempts: 0, users: 0, topUsers: [], breaches: 2, last: 2_000 },
      ]);
      window.advance(SSH_WINDOW_MS + 300_001);
      expect(rankSources(window)).toEqual([]);
    });

    it('from elsewhere, or after the window, is none', () => {
      const window = new AttemptWindow();
      window.add({ times: 50, address: '192.0.2.7' }, 0, 0);
      expect(window.login('192.0.2.8', 1_000)).toEqual({ failures: 0, breach: false });
      expect(window.login('192.0.2.7', SSH_WINDOW_MS)).toEqual({ failures: 0, breach: false });
    });

    it('is one of the network where its addresses failed in turn', () => {
      const window = new AttemptWindow();
      for (const last of ['a', 'b', 'c', 'd', 'e']) window.add(one(`2001:db8:1:2::${last}`), 0, 7);
      expect(window.login('2001:db8:1:2::f', 1_000)).toEqual({ failures: 0, breach: true });
      expect(rankSources(window)[0]).toMatchObject({
        address: '2001:db8:1:2::/64',
        attempts: 5,
        breaches: 1,
      });
      window.advance(SSH_WINDOW_MS);
      expect(rankSources(window)).toEqual([
        { address: '2001:db8:1:2::/64', attempts: 0, users: 0, topUsers: [], breaches: 1, last: 7 },
      ]);
      window.advance(SSH_WINDOW_MS + 1_000);
      expect(rankSources(window)).toEqual([]);
    });

    it('after failures is shown however many others try harder', () => {
      const window = new AttemptWindow();
      window.add({ times: 5, address: '192.0.2.7' }, 0, 0);
      window.login('192.0.2.7', 0);
      for (let i = 0; i < 100; i++) window.add({ times: 100 + i, address: `10.0.0.${i}` }, 0, 0);
      const sources = rankSources(window);
      expect(sources).toHaveLength(LIMITS.sshSources);
      expect(sources[0]).toMatchObject({ address: '10.0.0.81', attempts: 181 });
      expect(sources.at(-2)).toMatchObject({ address: '10.0.0.99', attempts: 199 });
      expect(sources.at(-1)).toMatchObject({ address: '192.0.2.7', breaches: 1 });
    });
  });

  const addresses = ['192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'];
  const step = fc.record({
    after: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: SSH_WINDOW_MS })),
    address: fc.constantFrom(...addresses),
    user: fc.option(fc.constantFrom('root', 'admin', 'a', 'b', 'c', 'd', 'e'), { nil: undefined }),
    times: fc.integer({ min: 1, max: 5 }),
    kind: fc.constantFrom('attempt', 'attempt', 'attempt', 'login', 'look', 'restart'),
  });

  it('holds at each moment what a recount of everything gives', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let window = new AttemptWindow();
        const attempts: { second: number; address: string; user: string | undefined; times: number }[] = [];
        const breaches: { at: number; address: string }[] = [];
        let now = 0;
        for (const { after, address, user, times, kind } of steps) {
          now += after;
          const inWindow = attempts.filter(({ second }) => second + SSH_WINDOW_MS > now);
          const of = (...names: string[]) => inWindow.filter((a) => names.includes(a.address));
          const sum = (list: typeof attempts) => list.reduce((total, a) => total + a.times, 0);
          if (kind === 'attempt') {
            window.add({ times, address, ...(user !== undefined && { user }) }, now, now);
            attempts.push({ second: Math.floor(now / 1000) * 1000, address, user, times });
            continue;
          }
          if (kind === 'login') {
            const failures = sum(of(address));
            expect(window.login(address, now).failures).toBe(failures);
            if (failures >= 5) breaches.push({ at: now, address });
            const siblings = addresses.filter((other) => networkOf(other) === networkOf(address));
            const network = networkOf(address);
            const failing = siblings.filter((name) => of(name).length > 0).length;
            if (network !== undefined && failing >= 2 && sum(of(...siblings)) >= 5)
              breaches.push({ at: now, address: network });
            continue;
          }
          if (kind === 'restart') {
            const state = JSON.parse(JSON.stringify(window.save(now)));
            window = new AttemptWindow();
            // On a clock of its own, which has nothing to do with the one before.
            window.load(state, now, 0);
          }
          window.advance(now);
          expect(window.total).toBe(sum(inWindow));
          const expected = addresses.flatMap((name) => {
            const list = of(name);
            const entered = breaches.filter((b) => b.address === name && b.at + SSH_WINDOW_MS > now).length;
            if (list.length === 0 && entered === 0) return [];
            const users = new Set(list.flatMap((a) => a.user ?? []));
            return { address: name, attempts: sum(list), users: users.size, breaches: entered };
          });
          const networks = [...new Set(addresses.flatMap((name) => networkOf(name) ?? []))].flatMap(
            (network) => {
              const members = addresses.filter((name) => networkOf(name) === network);
              const failing = members.filter((name) => of(name).length > 0).length;
              const entered = breaches.filter(
                (b) => b.address === network && b.at + SSH_WINDOW_MS > now,
              ).length;
              if (failing < 2 && entered === 0) return [];
              const users = new Set(of(...members).flatMap((a) => a.user ?? []));
              return {
                address: network,
                attempts: sum(of(...members)),
                users: users.size,
                breaches: entered,
              };
            },
          );
          const order = (a: { address: string }, b: typeof a) => (a.address < b.address ? -1 : 1);
          expect(
            rankSources(window).map((s) => ({
              ...{ address: s.address, attempts: s.attempts, users: s.users, breaches: s.breaches ?? 0 },
            })),
          ).toEqual([...expected, ...networks].sort(order));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ages while the agent is away', () => {
    const before = new AttemptWindow();
    before.add(one('192.0.2.7'), 0, 0);
    before.add(one('192.0.2.8'), 300_000, 0);
    const after = new AttemptWindow();
    after.load(before.save(400_000), 10_000, 250_000);
    expect(shown(after)).toEqual([['192.0.2.8', 1]]);
  });

  it('stays small under 100,000 attempts of as many addresses, and keeps the newest', () => {
    const window = new AttemptWindow();
    for (let i = 0; i < 100_000; i++)
      window.add(one(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, `u${i}`), i, i);
    expect(window.total).toBe(16_384);
    expect([...window.sources]).toHaveLength(16_384);
    expect(JSON.stringify(window.save(100_000)).length).toBeLessThan(2_000_000);
  });

  it('does not lose count of a flood from one address', () => {
    const window = new AttemptWindow();
    for (let i = 0; i < 200_000; i++) window.add(one('192.0.2.7', 'root'), i * 3, i * 3);
    window.advance(599_999);
    expect(window.total).toBe(200_000);
  });
});
