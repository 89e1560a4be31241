import { describe, expect, it } from 'vitest';
import { namePatterns } from './name-patterns.js';

describe('namePatterns', () => {
  it.each([
    ['veth*', 'veth12', true],
    ['veth*', 'myveth', false],
    ['/mnt/*', '/mnt/a/b', true],
    ['eth0', 'eth0', true],
    ['eth0', 'eth01', false],
    ['eth0.1', 'eth0x1', false],
    ['*', 'anything', true],
    ['a(b)[c]+', 'a(b)[c]+', true],
  ])('%s fits %s: %s', (pattern, name, expected) => {
    expect(namePatterns([pattern])(name)).toBe(expected);
  });

  it('fits nothing without a pattern', () => {
    expect(namePatterns([])('')).toBe(false);
  });
});
