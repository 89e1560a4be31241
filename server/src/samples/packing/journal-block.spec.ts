import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samples } from '../../../test/arbitrary-samples.js';
import { JournalBlock, readJournalBlock } from './journal-block.js';

const hosts = ['a', 'b', 'c'].map((letter) => ({
  tenantId: letter.repeat(24),
  hostId: '0'.repeat(23) + letter,
}));

describe('journal block', () => {
  it('gives back every frame of every host in the order in which they came', () => {
    fc.assert(
      fc.property(samples, fc.infiniteStream(fc.constantFrom(...hosts)), (given, chosen) => {
        const block = new JournalBlock();
        const frames = given.map((sample) => ({ ...chosen.next().value!, sample }));
        frames.forEach((frame) => block.add(frame));
        expect([...readJournalBlock(block.take())]).toEqual(frames);
      }),
    );
  });

  it('names a host, a boot and a layout once, however often they come', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const [sample] = given;
        const block = new JournalBlock();
        block.add({ ...hosts[0]!, sample: sample! });
        const first = block.size;
        block.add({ ...hosts[0]!, sample: sample! });
        // Kind, three numbers, seq, no change of time, and the values.
        expect(block.size - first).toBeLessThanOrEqual(8 + sample!.steps.length * 7);
      }),
    );
  });

  it('refuses bytes that are not a block', () => {
    expect(() => [...readJournalBlock(Buffer.from([9]))]).toThrow('unknown kind');
    expect(() => [...readJournalBlock(Buffer.from([0, 5, 0, 0]))]).toThrow('did not define');
    expect(() => [...readJournalBlock(Buffer.from([1, 2, 3]))]).toThrow(RangeError);
  });
});
