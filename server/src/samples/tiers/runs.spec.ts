import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spansOf, without, within } from './runs.js';

const at = (spans: { from: number; to: number }[]) =>
  spans.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
const starts = fc.uniqueArray(fc.nat({ max: 60 }));

describe('spansOf', () => {
  it('puts steps together that lie side by side', () => {
    expect(spansOf([30, 10, 20, 50, 20], 10)).toEqual([
      { from: 10, to: 40 },
      { from: 50, to: 60 },
    ]);
    expect(spansOf([], 10)).toEqual([]);
  });
});

describe('without', () => {
  it('leaves exactly what lies outside the holes', () => {
    fc.assert(
      fc.property(starts, starts, (spans, holes) => {
        const left = without(spansOf(spans, 1), spansOf(holes, 1));
        const expected = spans.filter((one) => !holes.includes(one)).sort((a, b) => a - b);
        expect(at(left)).toEqual(expected);
      }),
    );
  });

  it('cuts holes out that reach over an end', () => {
    expect(
      without(
        [{ from: 10, to: 40 }],
        [
          { from: 0, to: 20 },
          { from: 30, to: 50 },
        ],
      ),
    ).toEqual([{ from: 20, to: 30 }]);
    expect(without([{ from: 10, to: 40 }], [{ from: 0, to: 50 }])).toEqual([]);
    expect(
      without(
        [
          { from: 0, to: 10 },
          { from: 20, to: 30 },
        ],
        [{ from: 5, to: 25 }],
      ),
    ).toEqual([
      { from: 0, to: 5 },
      { from: 25, to: 30 },
    ]);
  });
});

describe('within', () => {
  it('leaves what lies within a time', () => {
    expect(
      within(
        [
          { from: 0, to: 10 },
          { from: 20, to: 30 },
        ],
        { from: 5, to: 20 },
      ),
    ).toEqual([{ from: 5, to: 10 }]);
  });
});
