import { describe, expect, it } from 'vitest';
import { changesOf } from './changes-of.js';
import { keptOf } from './kept-of.js';

const read = (text: string | undefined) => (text === undefined ? undefined : (JSON.parse(text) as unknown));

describe('keptOf', () => {
  it('keeps the values that may be kept, and of all others that they were sent', () => {
    const sent = {
      name: 'a',
      password: 'b',
      webhook: { url: 'c' },
      steps: [{ to: [{ role: 'owner', d: 'e' }] }],
    };
    expect(read(keptOf(sent))).toEqual({
      ...{ name: 'a', password: '…', webhook: '…' },
      steps: [{ to: [{ role: 'owner', d: '…' }] }],
    });
  });

  it('keeps of a long value how long it is, and the rest', () => {
    expect(read(keptOf({ text: 'x'.repeat(1_500), name: 'a' }))).toEqual({
      text: '… (1502 characters)',
      name: 'a',
    });
  });

  it('is bounded, however many fields there are', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, i]));
    expect(keptOf(many)!.length).toBeLessThan(9_000);
  });

  it.each([[undefined], [null], [{}], ['text'], [[1]]])('keeps nothing of %j', (nothing) => {
    expect(keptOf(nothing)).toBeUndefined();
  });
});

describe('changesOf', () => {
  it('says what is different, also what is gone or new', () => {
    const before = { name: 'a', firesAt: 90, tags: { match: 'any' }, secret: 1 };
    const after = { name: 'a', firesAt: 95, clearsAt: 80, secret: 2 };
    expect(read(changesOf(before, after))).toEqual({
      firesAt: { from: 90, to: 95 },
      tags: { from: { match: 'any' } },
      clearsAt: { to: 80 },
      secret: { from: '…', to: '…' },
    });
  });

  it('is nothing when nothing is different', () => {
    expect(changesOf({ steps: [{ afterSeconds: 0 }] }, { steps: [{ afterSeconds: 0 }] })).toBeUndefined();
  });
});
