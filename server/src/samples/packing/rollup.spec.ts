import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRollups, rollUp, unpackRollups } from './rollup.js';

const step = fc.oneof(fc.integer({ min: -(2 ** 40), max: 2 ** 46 }), fc.constant(NaN));

describe('rollup', () => {
  it('keeps least, greatest, sum and number of what is there', () => {
    expect(rollUp([3, NaN, 1, 2])).toEqual({ min: 1, max: 3, sum: 6, count: 3 });
    expect(rollUp([NaN]).count).toBe(0);
  });

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 60 })), (columns) => {
        const rollups = columns.map(rollUp);
        expect(unpackRollups(packRollups(rollups), rollups.length)).toEqual(rollups);
      }),
    );
  });

  it('survives the largest minute that the protocol allows', () => {
    const rollups = [rollUp([...Array<number>(2_399).fill(2 ** 46), 2 ** 46 - 1])];
    const [back] = unpackRollups(packRollups(rollups), 1);
    expect(back).toMatchObject({ min: 2 ** 46 - 1, max: 2 ** 46, count: 2_400 });
    expect(back!.sum / rollups[0]!.sum).toBeCloseTo(1, 10);
  });

  it('refuses bytes that were cut off', () => {
    const whole = packRollups([rollUp([1, 2, 3])]);
    expect(() => unpackRollups(whole.subarray(0, -1), 1)).toThrow(RangeError);
  });
});
