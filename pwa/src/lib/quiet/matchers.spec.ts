import { literally, type Matchers } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { isEmpty, matchersDraft, matchersOf } from './matchers-draft.js';
import { describeMatchers } from './matchers-text.js';

const names = {
  host: (id: string) => ({ a: 'db-1', b: 'web-1' })[id],
  rule: (id: string) => ({ r: 'Disk nearly full' })[id],
};

describe('describeMatchers', () => {
  it.each<[Matchers, string]>([
    [{ hostIds: ['a', 'b'] }, 'everything on db-1 or web-1'],
    [{ tags: { match: 'all', names: ['db', 'prod'] } }, 'everything on any host tagged db and prod'],
    [{ ruleIds: ['r'], hostIds: ['a'], instance: '/' }, '“Disk nearly full” of / on db-1'],
    [{ instance: '/', hostIds: ['a'] }, '/ on db-1'],
    [{ instance: literally('a*b') }, 'a*b on any host'],
    [{ metrics: ['cpu.usage'], severities: ['warning'] }, 'CPU when warning on any host'],
    [{ severities: ['info', 'warning'] }, 'info or warning incidents on any host'],
    [{ ruleIds: ['gone'], hostIds: ['gone'] }, '“a deleted rule” on a removed host'],
  ])('%j', (matchers, text) => {
    expect(describeMatchers(matchers, names)).toBe(text);
  });
});

describe('a draft of matchers', () => {
  const full: Matchers = {
    hostIds: ['a'],
    tags: { match: 'all', names: ['db', 'prod'] },
    ruleIds: ['r'],
    metrics: ['cpu.usage'],
    instance: '/v*',
    severities: ['info'],
  };

  it('comes back as it was', () => {
    expect(matchersOf(matchersDraft(full))).toEqual(full);
  });

  it('leaves out what is empty', () => {
    expect(isEmpty(matchersOf({ ...matchersDraft(), tags: ' , ', instance: ' ' }))).toBe(true);
  });
});
