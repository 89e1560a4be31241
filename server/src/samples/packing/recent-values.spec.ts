import { describe, expect, it } from 'vitest';
import { RecentValues } from './recent-values.js';

describe('RecentValues', () => {
  it('keeps what is in use, however much else comes by', () => {
    const values = new RecentValues<number, string>(10);
    values.set(-1, 'in use');
    for (let i = 0; i < 1_000; i += 1) {
      values.set(i, String(i));
      if (i % 5 === 0) expect(values.get(-1)).toBe('in use');
    }
    expect(values.get(999)).toBe('999');
  });

  it('forgets what was long not asked for', () => {
    const values = new RecentValues<number, string>(10);
    for (let i = 0; i < 1_000; i += 1) values.set(i, String(i));
    const kept = Array.from({ length: 1_000 }, (_, i) => i).filter((i) => values.get(i) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept).toContain(999);
  });

  it('counts heavy ones for more', () => {
    const values = new RecentValues<number, string>(10, (value) => value.length);
    for (let i = 0; i < 100; i += 1) values.set(i, 'heavy');
    const kept = Array.from({ length: 100 }, (_, i) => i).filter((i) => values.get(i) !== undefined);
    expect(kept.length).toBeLessThanOrEqual(4);
  });
});
