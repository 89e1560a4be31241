import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline.js';

const box = { width: 100, height: 20, top: 100, slots: 5 };

describe('sparklinePath', () => {
  it('draws from the left to the right edge', () => {
    expect(sparklinePath([0, 50, 100, 50, 0], box)).toBe('M0 20L25 10L50 0L75 10L100 20');
  });

  it('keeps the newest value at the right edge while a trend is still short', () => {
    expect(sparklinePath([0, 100], box)).toBe('M75 20L100 0');
  });

  it('leaves a hole where nothing was measured', () => {
    expect(sparklinePath([0, 0, null, 100, 100], box)).toBe('M0 20L25 20M75 0L100 0');
  });

  it('draws a lone value as a dot', () => {
    expect(sparklinePath([null, 100, null, null, 50], box)).toBe('M25 0h.01M100 10h.01');
  });

  it('stays inside the box', () => {
    expect(sparklinePath([-5, 500], box)).toBe('M75 20L100 0');
  });

  it('draws nothing for no values', () => {
    expect(sparklinePath([], box)).toBe('');
    expect(sparklinePath([null, null], box)).toBe('');
  });

  it('shows only as many values as there are slots', () => {
    expect(sparklinePath([100, 0, 0, 0, 0, 0], box)).toBe('M0 20L25 20L50 20L75 20L100 20');
  });
});
