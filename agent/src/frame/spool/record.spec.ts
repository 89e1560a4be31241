import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf, linesOf, seedOf } from './record.js';

const seed = seedOf('0123456789abcdef');
const frame = fc.record({
  seq: fc.nat(2 ** 40),
  json: fc.anything({ withUnicodeString: true } as never).map((value) => JSON.stringify(value) ?? 'null'),
});
const frames = fc.array(frame, { minLength: 1, maxLength: 12 });
const read = (bytes: Buffer) =>
  [...linesOf(bytes, seed)].map(({ seq, json }) =>
    seq === undefined ? undefined : { seq, json: json.toString() },
  );

describe('a line', () => {
  it('gives back the frame, letter for letter', () => {
    fc.assert(
      fc.property(frames, (written) => {
        const bytes = Buffer.from(written.map((one) => lineOf(one, seed)).join(''));
        expect(read(bytes)).toEqual(written);
        expect([...linesOf(bytes, seed)].at(-1)?.end).toBe(bytes.length);
      }),
    );
  });

  it('can be read by people', () => {
    expect(lineOf({ seq: 7, json: '{"seq":7,"t":1}' }, seed)).toMatch(/^[0-9a-f]{8} 7 {"seq":7,"t":1}\n$/);
  });

  it('that is torn at its end is left, wherever that happened', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (written, where) => {
        const bytes = Buffer.from(written.map((one) => lineOf(one, seed)).join(''));
        const there = read(bytes.subarray(0, where % bytes.length));
        expect(there).toEqual(written.slice(0, there.length));
        expect(there.length).toBeLessThan(written.length);
      }),
    );
  });

  it('that is damaged in any byte is told from whole ones, and costs its neighbour at most', () => {
    fc.assert(
      fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, where, change) => {
        const bytes = Buffer.from(written.map((one) => lineOf(one, seed)).join(''));
        bytes[where % bytes.length]! ^= change;
        const whole = read(bytes).filter((one) => one !== undefined);
        expect(written).toEqual(expect.arrayContaining(whole));
        expect(whole.length).toBeGreaterThanOrEqual(written.length - 2);
        expect(whole.length).toBeLessThan(written.length);
      }),
    );
  });

  it('of another start is not taken for one of this', () => {
    const line = Buffer.from(lineOf({ seq: 0, json: '{}' }, seedOf('fedcba9876543210')));
    expect(read(line)).toEqual([undefined]);
  });

  it.each(['', 'deadbeef', 'deadbeef ', 'deadbeef 1', '0 0 0', 'zzzzzzzz 1 {}', '\0\0\0\0\0\0\0\0\0\0\0'])(
    'of %j is none',
    (text) => expect(read(Buffer.from(`${text}\n`))).toEqual([undefined]),
  );
});
