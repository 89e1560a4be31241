import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeqRanges } from './seq-ranges.js';

const step = fc.record({
  verb: fc.constantFrom('add', 'remove'),
  from: fc.nat(60),
  length: fc.nat(12),
});

describe('SeqRanges', () => {
  it('holds what a set would hold', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ranges = new SeqRanges();
        const model = new Set<number>();
        for (const { verb, from, length } of steps) {
          const to = from + length;
          const before = model.size;
          for (let seq = from; seq <= to; seq++) model[verb === 'add' ? 'add' : 'delete'](seq);
          if (verb === 'add') ranges.add(from, to);
          else expect(ranges.remove(from, to)).toBe(before - model.size);
          expect(ranges.size).toBe(model.size);
        }
        for (let seq = -1; seq <= 75; seq++) expect(ranges.has(seq)).toBe(model.has(seq));
      }),
    );
  });

  it('keeps ranges that touch as one, in order', () => {
    const ranges = new SeqRanges();
    ranges.add(5, 6);
    ranges.add(0);
    ranges.add(2, 3);
    ranges.add(4);
    ranges.add(7);
    expect([...ranges]).toEqual([
      [0, 0],
      [2, 7],
    ]);
    ranges.remove(4);
    expect([...ranges]).toEqual([
      [0, 0],
      [2, 3],
      [5, 7],
    ]);
    ranges.clear();
    expect([...ranges]).toEqual([]);
    expect(ranges.size).toBe(0);
  });

  it('takes ranges far longer than what it holds', () => {
    const ranges = new SeqRanges();
    ranges.add(3, 9);
    expect(ranges.remove(0, 1e15)).toBe(7);
  });
});
