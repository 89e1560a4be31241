import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineBuffer } from './line-buffer.js';

describe('LineBuffer', () => {
  it('gives each line once, however the bytes are cut, and knows where the last one ended', () => {
    const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(60)), (lines, open, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join('') + (open ? 'no end' : ''));
        const buffer = new LineBuffer(1_000);
        const got: string[] = [];
        let ended = 0;
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const next = at + 1 + (cuts[i % Math.max(1, cuts.length)] ?? 5);
          const result = buffer.push(bytes.subarray(at, next));
          got.push(...result.lines);
          ended += result.bytes;
          at = next;
        }
        expect(got).toEqual(lines.map((text) => Buffer.from(text).toString()));
        expect(ended).toBe(bytes.length - (open ? 6 : 0));
      }),
    );
  });

  it('passes over a line of a megabyte and goes on with the next', () => {
    const buffer = new LineBuffer(8_192);
    let bytes = buffer.push(Buffer.from('a\n')).bytes;
    for (let i = 0; i < 16; i++) {
      const { lines, bytes: done } = buffer.push(Buffer.alloc(65_536, 'x'));
      expect([lines, done]).toEqual([[], 0]);
    }
    const { lines, bytes: done } = buffer.push(Buffer.from('x\nb\n'));
    bytes += done;
    expect(lines).toEqual(['b']);
    expect(bytes).toBe(2 + 16 * 65_536 + 4);
  });

  it('passes over a long line that comes at once', () => {
    expect(new LineBuffer(10).push(Buffer.from(`a\n${'x'.repeat(11)}\nb\n`)).lines).toEqual(['a', 'b']);
  });

  it('passes over the rest of a line when it begins inside one', () => {
    const buffer = new LineBuffer(100, true);
    expect(buffer.push(Buffer.from('rest of'))).toEqual({ lines: [], bytes: 0 });
    expect(buffer.push(Buffer.from(' it\na\n'))).toEqual({ lines: ['a'], bytes: 13 });
  });
});
