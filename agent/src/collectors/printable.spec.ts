import { describe, expect, it } from 'vitest';
import { printable } from './printable.js';

describe('printable', () => {
  it('takes out what would move the cursor or turn the text around', () => {
    expect(printable(' ro\u001b[31mot\u0000\u202e\n', 64)).toBe('ro[31mot');
  });

  it('keeps letters of any language, and cuts to the length', () => {
    expect(printable('Jürgen 李', 64)).toBe('Jürgen 李');
    expect(printable('x'.repeat(100), 64)).toHaveLength(64);
  });
});
