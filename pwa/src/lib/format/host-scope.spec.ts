import { describe, expect, it } from 'vitest';
import { describeScope } from './host-scope.js';

const names = new Map([
  ['a', 'web-1'],
  ['b', 'web-2'],
]);
const scope = (about: Parameters<typeof describeScope>[0]) => describeScope(about, (id) => names.get(id));

describe('describeScope', () => {
  it('names hosts, tags, or neither', () => {
    expect(scope({})).toBe('any host');
    expect(scope({ hostIds: ['a', 'b'] })).toBe('web-1 or web-2');
    expect(scope({ tags: { match: 'any', names: ['db', 'web'] } })).toBe('any host tagged db or web');
    expect(scope({ tags: { match: 'all', names: ['db', 'web'] } })).toBe('any host tagged db and web');
  });

  it('says when a host is there no more', () => {
    expect(scope({ hostIds: ['gone'] })).toBe('a removed host');
  });
});
