import { beforeEach, describe, expect, it } from 'vitest';
import { RepeatedWarnings } from './repeated-warnings.js';

describe('RepeatedWarnings', () => {
  let lines: string[];
  let warnings: RepeatedWarnings;
  beforeEach(() => {
    lines = [];
    warnings = new RepeatedWarnings({ warn: (line) => lines.push(line) }, 1000);
  });

  it('logs the first of a kind at once', () => {
    warnings.warn('invalid frame', '/cpu is missing', 0);
    expect(lines).toEqual(['invalid frame: /cpu is missing']);
  });

  it('counts the ones that follow and tells the number when the window is over', () => {
    for (let now = 0; now < 500; now += 1) warnings.warn('invalid frame', 'x', now);
    warnings.flush(999);
    expect(lines).toHaveLength(1);
    warnings.flush(1000);
    expect(lines[1]).toBe('invalid frame: … and 499 more');
    expect(lines).toHaveLength(2);
  });

  it('tells the number also when the next one comes before a flush', () => {
    for (const now of [0, 1, 2, 1500]) warnings.warn('late', `at ${now}`, now);
    expect(lines).toEqual(['late: at 0', 'late: … and 2 more', 'late: at 1500']);
  });

  it('says nothing more about a warning that came once', () => {
    warnings.warn('late', 'at 0', 0);
    warnings.flush(5000);
    expect(lines).toHaveLength(1);
  });

  it('keeps kinds apart', () => {
    warnings.warn('late', 'a', 0);
    warnings.warn('early', 'b', 1);
    expect(lines).toEqual(['late: a', 'early: b']);
  });
});
