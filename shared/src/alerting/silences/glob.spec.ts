import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glob, literally } from './glob.js';

const letters = fc
  .array(fc.constantFrom('a', 'b', '/', '*', '?', '\\', '.', 'ä', '💾'))
  .map((all) => all.join(''));

describe('glob', () => {
  it.each([
    ['/var', '/var', true],
    ['/var', '/var/log', false],
    ['/var*', '/var/lib/docker/overlay2', true],
    ['*backup*', 'nightly-backup.service', true],
    ['eth?', 'eth0', true],
    ['eth?', 'eth', false],
    ['eth?', 'eth10', false],
    ['*', '', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a.c', 'abc', false],
    ['💾?', '💾💾', true],
  ])('%s and %s: %s', (pattern, name, fits) => {
    expect(glob(pattern)(name)).toBe(fits);
  });

  it('agrees with a regular expression', () => {
    fc.assert(
      fc.property(letters, letters, (pattern, name) => {
        const parts = pattern.match(/\\[^]|[^]/gu) ?? [];
        const source = parts.map((part) => {
          if (part === '*') return '[^]*';
          if (part === '?') return '[^]';
          return [...part].at(-1)!.replace(/[*?\\./]/, '\\$&');
        });
        expect(glob(pattern)(name)).toBe(new RegExp(`^${source.join('')}$`, 'u').test(name));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes any name as it is when that was asked for', () => {
    fc.assert(
      fc.property(letters, letters, (name, other) => {
        expect(glob(literally(name))(other)).toBe(name === other);
        expect(glob(literally(name))(name)).toBe(true);
      }),
    );
  });

  it('is done soon with what would keep others busy for ever', () => {
    expect(glob('*a'.repeat(120) + 'b')('a'.repeat(256))).toBe(false);
    expect(glob('?*'.repeat(120) + 'b')('a'.repeat(256))).toBe(false);
  });
});
