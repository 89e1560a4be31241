import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRACE_MS, type RefreshToken, rotate, SIBLINGS } from './refresh-rotation.js';

const valid = (tokens: RefreshToken[] | null) =>
  tokens?.filter(({ retiredAt }) => retiredAt === undefined).map(({ hash }) => hash);

describe('rotate', () => {
  it('exchanges a valid token for the next one', () => {
    expect(valid(rotate([{ hash: 'a' }], 'a', 'b', 0))).toEqual(['b']);
  });

  it('knows a token that it never saw for a forgery', () => {
    expect(rotate([{ hash: 'a' }], 'x', 'b', 0)).toBeNull();
  });

  it('gives a second tab a token of its own while the grace lasts', () => {
    const once = rotate([{ hash: 'a' }], 'a', 'b', 0)!;
    expect(valid(rotate(once, 'a', 'c', GRACE_MS))).toEqual(['b', 'c']);
  });

  it('takes a token that comes back after the grace for stolen', () => {
    const once = rotate([{ hash: 'a' }], 'a', 'b', 0)!;
    expect(rotate(once, 'a', 'c', GRACE_MS + 1)).toBeNull();
  });

  it('retires the siblings of a token with it, so that only one line goes on', () => {
    const racing = rotate(rotate([{ hash: 'a' }], 'a', 'b', 0)!, 'a', 'c', 1)!;
    const later = rotate(racing, 'b', 'd', 900_000)!;
    expect(valid(later)).toEqual(['d']);
    expect(rotate(later, 'c', 'e', 900_000 + GRACE_MS + 1)).toBeNull();
  });

  it('does not hand out siblings without end', () => {
    let tokens = rotate([{ hash: 'a' }], 'a', 'b', 0);
    for (let i = 1; i < SIBLINGS; i++) tokens = rotate(tokens!, 'a', `b${i}`, 0);
    expect(valid(tokens)).toHaveLength(SIBLINGS);
    expect(rotate(tokens!, 'a', 'one too many', 0)).toBeNull();
  });

  it('ends the session when a thief and the owner go on from the same token, whatever they do', () => {
    // Each turn one of the two presents the newest token they hold, after a wait.
    const turns = fc.array(fc.record({ thief: fc.boolean(), wait: fc.nat({ max: 60_000 }) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(turns, (plan) => {
        const holds = { thief: 'stolen', owner: 'stolen' };
        let tokens: RefreshToken[] | null = [{ hash: 'stolen' }];
        let now = 0;
        // In the end both have come back after more than the grace.
        const ending = [true, false, true, false].map((thief) => ({ thief, wait: GRACE_MS + 1 }));
        for (const [turn, { thief, wait }] of [...plan, ...ending].entries()) {
          if (tokens === null) return;
          now += wait;
          const who = thief ? 'thief' : 'owner';
          tokens = rotate(tokens, holds[who], `token ${turn}`, now);
          holds[who] = `token ${turn}`;
        }
        expect(tokens).toBeNull();
      }),
    );
  });
});
