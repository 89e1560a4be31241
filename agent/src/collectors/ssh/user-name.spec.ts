import { describe, expect, it } from 'vitest';
import { toUserName } from './user-name.js';

describe('toUserName', () => {
  it.each([
    ['root', 'root'],
    ['', '(empty)'],
    ['   ', '(empty)'],
    ['\u0000\u202e', '(empty)'],
    ['a\u001b[2Jb\nc', 'a[2Jbc'],
    ['moc.elpmaxe\u202e', 'moc.elpmaxe'],
    ['x'.repeat(1_000_000), 'x'.repeat(64)],
    [`${'x'.repeat(63)}🔥`, 'x'.repeat(63)],
    ['J. Doe', 'J. Doe'],
  ])('shows %j as %j', (name, shown) => {
    expect(toUserName(name)).toBe(shown);
  });
});
