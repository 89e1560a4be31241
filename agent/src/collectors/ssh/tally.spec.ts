import { checkFor, LIMITS, SshReading, SSH_WINDOW_MS } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { Tally, TallyView } from './tally.js';

const START = Date.UTC(2026, 2, 10, 12);
/** So many ms after the start, on both clocks. */
const at = (ms: number) => ({ at: ms, t: START + ms });
const failed = (address: string, port: number, user = 'root') =>
  `Failed password for ${user} from ${address} port ${port} ssh2`;
const accepted = (address: string, port: number) =>
  `Accepted password for ada from ${address} port ${port} ssh2`;

function tell(tally: Tally, message: string, ms: number, writtenMs = ms): boolean {
  return tally.take({ pid: '1', message, t: START + writtenMs }, at(ms));
}

describe('Tally', () => {
  it('tells each attempt in one frame, and the window in all', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    expect(view.take(at(0))).toEqual({ attempts: 0, window: 0, addresses: 0, sources: [] });
    tell(tally, failed('192.0.2.7', 1), 100);
    tell(tally, failed('192.0.2.7', 2), 200);
    tell(tally, failed('192.0.2.8', 3, 'admin'), 300);
    expect(view.take(at(1_000))).toEqual({
      ...{ attempts: 3, window: 3, addresses: 2 },
      sources: [
        {
          ...{ address: '192.0.2.7', attempts: 2, users: 1, last: START + 200 },
          topUsers: [{ name: 'root', attempts: 2 }],
        },
        {
          ...{ address: '192.0.2.8', attempts: 1, users: 1, last: START + 300 },
          topUsers: [{ name: 'admin', attempts: 1 }],
        },
      ],
    });
    expect(view.take(at(2_000))).toMatchObject({ attempts: 0, window: 3 });
    expect(view.take(at(SSH_WINDOW_MS + 1_000))).toEqual({
      attempts: 0,
      window: 0,
      addresses: 0,
      sources: [],
    });
  });

  it('works the sources out anew only when something changed', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    tell(tally, failed('192.0.2.7', 1), 0);
    const { sources } = view.take(at(1_000));
    expect(view.take(at(2_000)).sources).toBe(sources);
    tell(tally, failed('192.0.2.7', 2), 2_500);
    expect(view.take(at(3_000)).sources).not.toBe(sources);
  });

  it('tells two rows of frames the same, each for itself', () => {
    const tally = new Tally();
    const stored = new TallyView(tally);
    tell(tally, failed('192.0.2.7', 1), 0);
    stored.take(at(0));
    tell(tally, failed('192.0.2.7', 2), 0);
    const live = stored.fork();
    expect(live.take(at(1_000)).attempts).toBe(1);
    tell(tally, failed('192.0.2.7', 3), 0);
    tell(tally, accepted('192.0.2.7', 4), 0);
    expect(live.take(at(2_000))).toMatchObject({ attempts: 1, accepted: [{ user: 'ada' }] });
    expect(stored.take(at(60_000))).toMatchObject({ attempts: 2, accepted: [{ user: 'ada' }] });
    expect(live.take(at(60_000)).accepted).toBeUndefined();
  });

  it('tells of a login with the failures before it, and says at once when they are too many', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    for (let port = 1; port <= 4; port++) tell(tally, failed('192.0.2.7', port), port);
    expect(tell(tally, accepted('192.0.2.7', 5), 5)).toBe(false);
    tell(tally, failed('192.0.2.7', 6), 6);
    expect(tell(tally, accepted('192.0.2.7', 7), 7)).toBe(true);
    const reading = view.take(at(1_000));
    const login = { address: '192.0.2.7', user: 'ada', method: 'password' };
    expect(reading.accepted).toEqual([
      { ...login, t: START + 5, failures: 4 },
      { ...login, t: START + 7, failures: 5 },
    ]);
    expect(reading.sources).toMatchObject([{ attempts: 5, breaches: 1 }]);
    expect(view.take(at(2_000)).sources).toMatchObject([{ breaches: 1 }]);
  });

  it('counts old lines when they are read, and puts them where they belong in the window', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    tell(tally, failed('192.0.2.7', 1), 0, -SSH_WINDOW_MS - 300_000);
    tell(tally, failed('192.0.2.7', 2), 0, -300_000);
    tell(tally, accepted('192.0.2.7', 3), 0, -200_000);
    expect(view.take(at(1_000))).toMatchObject({
      ...{ attempts: 2, window: 1 },
      accepted: [{ t: START - 200_000, failures: 1 }],
    });
    expect(view.take(at(SSH_WINDOW_MS - 300_000 + 1_000))).toMatchObject({ window: 0 });
  });

  it('does not believe a line from the future, as after a clock was set back', () => {
    const tally = new Tally();
    tell(tally, failed('192.0.2.7', 1), 0, 3_600_000);
    expect(new TallyView(tally).take(at(1_000)).sources).toMatchObject([{ last: START }]);
    expect(new TallyView(tally).take(at(SSH_WINDOW_MS))).toMatchObject({ window: 0 });
  });

  it('keeps of many logins those after failures, and then the newest', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    for (let port = 1; port <= 5; port++) tell(tally, failed('192.0.2.7', port), 0);
    tell(tally, accepted('192.0.2.7', 9), 0);
    for (let n = 0; n < 100; n++) tell(tally, accepted(`10.0.0.${n}`, 9), n);
    const { accepted: logins } = view.take(at(1_000));
    expect(logins).toHaveLength(LIMITS.sshLogins);
    expect(logins![0]).toMatchObject({ address: '192.0.2.7', failures: 5 });
    expect(logins!.at(-1)).toMatchObject({ address: '10.0.0.99' });
  });

  it('goes on after a restart as if there had been none', () => {
    const [through, before] = [new Tally(), new Tally()];
    for (const tally of [through, before]) {
      tell(tally, 'Invalid user a from 192.0.2.7 port 1', 0);
      for (let port = 2; port <= 6; port++) tell(tally, failed('2001:db8::7', port), 0);
      tell(tally, accepted('2001:db8::7', 7), 0);
    }
    const after = new Tally();
    after.load(JSON.parse(JSON.stringify(before.save(at(10_000)))), at(20_000));
    for (const tally of [through, after]) tell(tally, failed('192.0.2.7', 1, 'invalid user a'), 20_000);
    const [one, other] = [through, after].map((tally) => new TallyView(tally).take(at(30_000)));
    expect(other).toEqual(one);
    expect(other).toMatchObject({ window: 6, addresses: 2 });
  });

  it('makes readings that the hub accepts, whatever is in the log', () => {
    const tally = new Tally();
    const view = new TallyView(tally);
    for (let n = 0; n < 2_000; n++) {
      tell(
        tally,
        failed(
          `2001:db8:${(n >> 3).toString(16)}::${n.toString(16)}`,
          n + 1,
          `invalid user ${'ü'.repeat(n % 200)}`,
        ),
        n,
      );
      if (n % 7 === 0)
        tell(tally, accepted(`2001:db8:${(n >> 3).toString(16)}::${n.toString(16)}`, n + 1), n);
    }
    const reading = view.take(at(3_000));
    expect(checkFor(SshReading).accepts(reading)).toBe(true);
    expect(reading.sources).toHaveLength(LIMITS.sshSources);
  });
});
