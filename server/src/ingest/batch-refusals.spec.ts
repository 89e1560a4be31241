import { describe, expect, it } from 'vitest';
import { BatchRefusals } from './batch-refusals.js';

const invalid = (field: string) => ({ code: 'invalid', message: `${field} is odd.`, field }) as const;
const old = { code: 'too_old', message: 'It is old.' } as const;

describe('BatchRefusals', () => {
  it('says of one frame what is wrong with it', () => {
    const refusals = new BatchRefusals();
    refusals.add(invalid('/frames/3/x'), 7);
    expect(refusals.messages).toEqual([{ ...invalid('/frames/3/x'), seq: 7 }]);
  });

  it('says of many in one message for each reason which they are, and what is wrong with the first', () => {
    const refusals = new BatchRefusals();
    for (const seq of [4, 5, 6, 9]) refusals.add(invalid(`/frames/${seq}/x`), seq);
    refusals.add(old, 1);
    refusals.add(old, 0);
    expect(refusals.messages).toEqual([
      {
        ...invalid('/frames/4/x'),
        seq: 4,
        ranges: [
          [4, 6],
          [9, 9],
        ],
      },
      { ...old, seq: 1, ranges: [[0, 1]] },
    ]);
  });
});
