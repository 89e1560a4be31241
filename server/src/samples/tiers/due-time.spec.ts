import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, stillThere } from './due-time.js';
import { stepAt, TIERS } from './tier.js';

const MINUTE = 60_000;
const HOST = 'a'.repeat(24);
const [TEN_MINUTES] = TIERS;

describe('dueAt', () => {
  it('lets the last minutes of a step be written first, which takes some 25 seconds', () => {
    const now = 1_700_000_000_000;
    const start = stepAt(TEN_MINUTES!, now);
    expect(dueAt(TEN_MINUTES!, start, HOST, now)).toBeGreaterThanOrEqual(start + 11 * MINUTE);
    expect(dueAt(TEN_MINUTES!, start, HOST, now)).toBeLessThanOrEqual(start + 13 * MINUTE);
  });

  it('gives a mark some time, however late it is made, in which no other is needed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIERS), fc.nat(), fc.nat({ max: 30 * 86_400_000 }), (tier, t, late) => {
        const now = t + late;
        const due = dueAt(tier, stepAt(tier, t), HOST, now);
        expect(due).toBeGreaterThan(now);
        expect(stillThere(due, now)).toBe(true);
        expect(stillThere(due, due)).toBe(false);
      }),
    );
  });
});
