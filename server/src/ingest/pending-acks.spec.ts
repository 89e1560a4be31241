import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingAcks } from './pending-acks.js';

describe('PendingAcks', () => {
  it('says numbers in a row as one range, and each start of the agent by itself', () => {
    const acks = new PendingAcks();
    for (const seq of [3, 1, 2, 7]) acks.add('a', seq);
    acks.add('b', 1);
    expect(acks.take()).toEqual([
      {
        bootId: 'a',
        ranges: [
          [1, 3],
          [7, 7],
        ],
      },
      { bootId: 'b', ranges: [[1, 1]] },
    ]);
    expect(acks.isEmpty).toBe(true);
  });

  it('names exactly what was added, in ranges that neither touch nor overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1 }), (seqs) => {
        const acks = new PendingAcks();
        for (const seq of seqs) acks.add('a', seq);
        const { ranges } = acks.take()[0]!;
        const named = ranges.flatMap(([from, to]) =>
          Array.from({ length: to - from + 1 }, (_, i) => from + i),
        );
        expect(named).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        ranges.slice(1).forEach(([from], i) => expect(from).toBeGreaterThan(ranges[i]![1] + 1));
      }),
    );
  });
});
