import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCall, MESSAGE_TYPES, MessageStream } from './messages.js';
import { completeTypes, DBusFormatError, ValueReader } from './values.js';

const call = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'LoadUnit',
};

describe('encodeCall and MessageStream', () => {
  it('agree on a call, whatever its arguments', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    const argument = fc.oneof(text, fc.array(text, { maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 5 }), (values) => {
        const bytes = encodeCall(7, { ...call, arguments: values });
        const [message, ...rest] = new MessageStream().read(bytes);
        expect(rest).toEqual([]);
        expect(message).toMatchObject({ type: MESSAGE_TYPES.call, member: 'LoadUnit', body: values });
      }),
    );
  });

  it('cuts the stream into the same messages wherever the socket cuts it', () => {
    const bytes = Buffer.concat([1, 2, 3].map((n) => encodeCall(n, { ...call, arguments: ['x'.repeat(n)] })));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const stream = new MessageStream();
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const messages = edges.flatMap((edge, i) => [
          ...stream.read(bytes.subarray(edge, edges[i + 1] ?? edge)),
        ]);
        expect(messages.map(({ body }) => body)).toEqual([['x'], ['xx'], ['xxx']]);
      }),
    );
  });

  it('refuses a message that claims to be huge before it gathers it', () => {
    const bytes = encodeCall(1, call);
    bytes.writeUInt32LE(0x7fffffff, 4);
    expect(() => [...new MessageStream().read(bytes)]).toThrow(DBusFormatError);
  });
});

describe('completeTypes', () => {
  it.each([
    ['', []],
    ['sa{sv}as', ['s', 'a{sv}', 'as']],
    ['(ia(ss))aav', ['(ia(ss))', 'aav']],
  ])('splits %j', (signature, types) => {
    expect(completeTypes(signature)).toEqual(types);
  });

  it.each(['(', 'a', 'k', '{s'])('refuses %j', (signature) => {
    expect(() => completeTypes(signature)).toThrow(DBusFormatError);
  });
});

describe('ValueReader', () => {
  const read = (signature: string, bytes: number[], littleEndian = true) =>
    new ValueReader(Buffer.from(bytes), littleEndian).readAll(signature);

  it('reads either byte order', () => {
    expect(read('u', [1, 0, 0, 0])).toEqual([1]);
    expect(read('u', [0, 0, 0, 1], false)).toEqual([1]);
  });

  it('aligns each value, and does not count the padding into an array', () => {
    expect(read('yu', [5, 0, 0, 0, 6, 0, 0, 0])).toEqual([5, 6]);
    expect(read('at', [8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0])).toEqual([[9]]);
  });

  it('never reads past the end', () => {
    expect(() => read('s', [200, 0, 0, 0, 65, 0])).toThrow(DBusFormatError);
    expect(() => read('au', [200, 0, 0, 0, 1, 0, 0, 0])).toThrow(DBusFormatError);
    expect(() => read('u', [1])).toThrow(RangeError);
  });
});
