import { checkFor, CreateHost } from '@tocsin/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeName } from './free-name.js';

const among = (...names: string[]) => {
  const taken = new Set(names);
  return (name: string) => taken.has(name);
};

describe('freeName', () => {
  it('leaves a free name as it is, and counts up from 2 for one that is taken', () => {
    expect(freeName('web', among())).toBe('web');
    expect(freeName('web', among('web'))).toBe('web-2');
    expect(freeName('web', among('web', 'web-2', 'web-4'))).toBe('web-3');
  });

  it('always gives a name that is free and that a host may have', () => {
    const check = checkFor(CreateHost);
    const letters = fc.string({
      unit: fc.constantFrom('a', ' ', '-', 'é', '💥'),
      minLength: 1,
      maxLength: 100,
    });
    const valid = letters.filter((name) => check.accepts({ name }));
    fc.assert(
      fc.property(valid, fc.nat(20), (name, count) => {
        const taken = new Set<string>();
        for (let i = 0; i <= count; i += 1) {
          const free = freeName(name, (one) => taken.has(one));
          expect(taken.has(free)).toBe(false);
          expect(check.accepts({ name: free })).toBe(true);
          expect(free).not.toMatch(/\p{Cs}/u);
          taken.add(free);
        }
      }),
    );
  });
});
