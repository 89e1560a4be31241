import { describe, expect, it } from 'vitest';
import { OPEN_EXPORTS, OpenExports } from './open-exports.js';

describe('OpenExports', () => {
  it('refuses a tenant that has as many as it may, until one ends', () => {
    const exports = new OpenExports();
    const leave = Array.from({ length: OPEN_EXPORTS.ofTenant }, () => exports.enter('a'));
    expect(() => exports.enter('a')).toThrow(expect.objectContaining({ status: 429, retryAfterSeconds: 10 }));
    exports.enter('b');
    leave[0]!();
    exports.enter('a');
    expect(() => exports.enter('a')).toThrow();
  });

  it('refuses everybody when there are as many as the hub takes', () => {
    const exports = new OpenExports();
    const leave = Array.from({ length: OPEN_EXPORTS.ofHub }, (_, i) => exports.enter(`tenant ${i}`));
    expect(() => exports.enter('one more')).toThrow(expect.objectContaining({ status: 503 }));
    leave.forEach((end) => end());
    expect(exports.count).toBe(0);
    exports.enter('one more');
  });
});
