import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.js';

const written = (write: (writer: ByteWriter) => void): Buffer => {
  const writer = new ByteWriter();
  write(writer);
  return writer.take();
};

describe('bytes', () => {
  it('give back every whole number', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (values) => {
        const reader = new ByteReader(written((w) => values.forEach((v) => w.varint(v))));
        expect(values.map(() => reader.varint())).toEqual(values);
        expect(reader.atEnd).toBe(true);
      }),
    );
  });

  it('give back every whole number of either sign', () => {
    const number = fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 });
    fc.assert(
      fc.property(fc.array(number), (values) => {
        const reader = new ByteReader(written((w) => values.forEach((v) => w.zigzag(v))));
        expect(values.map(() => reader.zigzag())).toEqual(values);
      }),
    );
  });

  it('give back sums beyond 2^53 as the doubles they are', () => {
    const sum = 2 ** 46 * 2399;
    expect(new ByteReader(written((w) => w.varint(sum))).varint()).toBe(sum);
  });

  it('take one byte for a small change up or down', () => {
    expect(written((w) => w.zigzag(-64))).toHaveLength(1);
    expect(written((w) => w.zigzag(63))).toHaveLength(1);
  });

  it('give back texts, ids and blocks in turn, however long they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 3_000 }), (text) => {
        const inner = new ByteWriter();
        inner.text(text);
        const reader = new ByteReader(
          written((w) => {
            w.hex('00ff00ff');
            w.block(inner);
            w.block(inner);
            w.text('end');
          }),
        );
        expect(reader.hex(8)).toBe('00ff00ff');
        reader.skipBlock();
        expect(reader.block().text()).toBe(text);
        expect(reader.text()).toBe('end');
      }),
    );
  });

  it('say so when they end too early', () => {
    const whole = written((w) => {
      w.varint(300);
      w.text('name');
    });
    for (let length = 0; length < whole.length; length += 1) {
      const cut = new ByteReader(whole.subarray(0, length));
      expect(() => [cut.varint(), cut.text()]).toThrow(RangeError);
    }
  });
});
