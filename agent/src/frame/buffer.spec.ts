import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameBuffer } from './buffer.js';

const frame = (seq: number) => ({ seq, t: 1_700_000_000_000 + seq });
const size = Buffer.byteLength(JSON.stringify(frame(0)));
const roomy = { frames: 1000, bytes: 1e6 };
const filled = (count: number, bounds = roomy, sent = false): FrameBuffer => {
  const buffer = new FrameBuffer(bounds);
  for (let seq = 0; seq < count; seq++) buffer.add(frame(seq), sent);
  return buffer;
};
const seqs = (buffer: FrameBuffer) => buffer.take(1000, 1e6).map(({ seq }) => seq);

describe('FrameBuffer', () => {
  it('keeps frames until they are acknowledged, in whatever pieces', () => {
    const buffer = filled(10);
    buffer.acknowledge([
      [0, 2],
      [5, 5],
      [8, 1e12],
    ]);
    expect(seqs(buffer)).toEqual([3, 4, 6, 7]);
  });

  it('drops the oldest beyond so many frames, and counts them', () => {
    const buffer = filled(10, { frames: 4, bytes: 1e6 });
    expect(buffer.dropped).toBe(6);
    expect(seqs(buffer)).toEqual([6, 7, 8, 9]);
  });

  it('drops the oldest beyond so many bytes', () => {
    const buffer = filled(9, { frames: 100, bytes: size * 3 });
    expect(buffer.size).toBe(3);
    expect(buffer.dropped).toBe(6);
  });

  it('gives each waiting frame once, until the connection is lost', () => {
    const buffer = filled(3);
    expect(seqs(buffer)).toEqual([0, 1, 2]);
    expect(seqs(buffer)).toEqual([]);
    buffer.allUnsent();
    expect(seqs(buffer)).toEqual([0, 1, 2]);
  });

  it('does not take what is being sent as a backlog', () => {
    const buffer = filled(3, roomy, true);
    expect(seqs(buffer)).toEqual([]);
    buffer.unsent(1);
    expect(seqs(buffer)).toEqual([1]);
  });

  it('takes no more than fits a message, but always one', () => {
    const buffer = filled(10);
    expect(buffer.take(4, 1e6)).toHaveLength(4);
    expect(buffer.take(10, size * 2 + 2)).toHaveLength(2);
    expect(buffer.take(10, 1)).toHaveLength(1);
  });

  it('gives back what was put in, letter for letter', () => {
    const disks = [{ mount: '/srv/Zürich 資料', size: 2, used: 1, available: 1 }];
    const buffer = filled(0);
    buffer.add({ seq: 7, t: 1, disks }, false);
    expect(buffer.take(1, 1e6)).toEqual([{ seq: 7, t: 1, disks }]);
  });

  it('never loses a frame that was neither acknowledged nor dropped, and never passes its bounds', () => {
    const step = fc.oneof(
      fc.record({ add: fc.boolean() }),
      fc.record({ ack: fc.tuple(fc.nat(60), fc.nat(20)) }),
      fc.record({ take: fc.nat(10) }),
      fc.constant({ lost: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const buffer = new FrameBuffer({ frames: 12, bytes: size * 10 });
        const kept = new Set<number>();
        let next = 0;
        for (const one of steps) {
          if ('add' in one) {
            buffer.add(frame(next), one.add);
            kept.add(next++);
          } else if ('ack' in one) {
            const [from, length] = one.ack;
            buffer.acknowledge([[from, from + length]]);
            for (let seq = from; seq <= from + length; seq++) kept.delete(seq);
          } else if ('take' in one) buffer.take(one.take, 1e6);
          else buffer.allUnsent();
          expect(buffer.size).toBeLessThanOrEqual(10);
        }
        buffer.allUnsent();
        const left = seqs(buffer);
        // Whatever is missing is the oldest, and was counted.
        expect(left).toEqual([...kept].slice(kept.size - left.length));
        expect(buffer.dropped).toBeGreaterThanOrEqual(kept.size - left.length);
      }),
    );
  });
});
