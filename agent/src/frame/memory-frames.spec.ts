import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryFrames } from './memory-frames.js';

const frame = (seq: number) => ({ seq, json: `{"seq":${seq}}`.padEnd(100) });
/** With what it takes beside its text. */
const SIZE = 300;
const roomy = { frames: 1000, bytes: 1e6 };
const filled = (count: number, bound = 1e6): MemoryFrames => {
  const frames = new MemoryFrames(bound);
  for (let seq = 0; seq < count; seq++) frames.add(frame(seq), seq);
  return frames;
};
const seqs = (frames: MemoryFrames, limits = roomy) => frames.take(() => true, limits).map(({ seq }) => seq);

describe('MemoryFrames', () => {
  it('keeps frames until they are acknowledged, in whatever pieces', () => {
    const frames = filled(10);
    frames.acknowledge([
      [0, 2],
      [5, 5],
      [8, 1e12],
    ]);
    expect(seqs(frames)).toEqual([3, 4, 6, 7]);
    expect(frames.oldestAt).toBe(3);
  });

  it('drops the oldest beyond so many bytes, and counts them', () => {
    const frames = filled(10, 4 * SIZE);
    expect(frames.dropped).toBe(6);
    expect(seqs(frames)).toEqual([6, 7, 8, 9]);
  });

  it('gives those that are wanted, as many as fit a message, but always one', () => {
    const frames = filled(10);
    expect(seqs(frames, { frames: 4, bytes: 1e6 })).toEqual([0, 1, 2, 3]);
    expect(seqs(frames, { frames: 10, bytes: 202 })).toEqual([0, 1]);
    expect(seqs(frames, { frames: 10, bytes: 1 })).toEqual([0]);
    expect(frames.take((seq) => seq > 7, roomy)).toEqual([frame(8), frame(9)]);
  });

  it('does not drop what is being written, and says what was acknowledged meanwhile', () => {
    const frames = filled(3, 4 * SIZE);
    const held = frames.hold(2 * SIZE);
    expect(held).toEqual([frame(0), frame(1)]);
    for (let seq = 3; seq < 6; seq++) frames.add(frame(seq), 0);
    expect(seqs(frames)).toEqual([0, 1, 4, 5]);
    frames.acknowledge([[1, 1]]);
    expect(frames.moved(held)).toEqual([frame(1)]);
    expect(seqs(frames)).toEqual([4, 5]);
  });

  it('may drop again what could not be written', () => {
    const frames = filled(3, 3 * SIZE);
    frames.giveBack(frames.hold(SIZE));
    frames.add(frame(3), 0);
    expect(seqs(frames)).toEqual([1, 2, 3]);
  });

  it('never loses a frame that was neither acknowledged nor dropped, and never passes its bound', () => {
    const step = fc.oneof(fc.constant({ add: true }), fc.record({ ack: fc.tuple(fc.nat(60), fc.nat(20)) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const frames = new MemoryFrames(10 * SIZE);
        const kept = new Set<number>();
        let next = 0;
        for (const one of steps) {
          if ('add' in one) {
            const { dropped } = frames;
            frames.add(frame(next), 0);
            kept.add(next++);
            if (frames.dropped > dropped) kept.delete(Math.min(...kept));
          } else {
            const [from, length] = one.ack;
            frames.acknowledge([[from, from + length]]);
            for (let seq = from; seq <= from + length; seq++) kept.delete(seq);
          }
          expect(frames.size).toBeLessThanOrEqual(10);
          expect(seqs(frames)).toEqual([...kept]);
        }
      }),
    );
  });
});
