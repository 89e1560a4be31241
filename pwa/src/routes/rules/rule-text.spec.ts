import type { RuleSettings } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { describeRule } from './rule-text.js';

const rule: RuleSettings = {
  name: 'CPU busy',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  forSeconds: 60,
  keepFiringSeconds: 0,
  severity: 'warning',
};

describe('describeRule', () => {
  it('says what, how much and how long', () => {
    expect(describeRule(rule)).toBe('CPU > 90 % for 1 min');
  });

  it('tells the level and the time at which it clears', () => {
    expect(describeRule({ ...rule, clearsAt: 80, keepFiringSeconds: 30 })).toBe(
      'CPU > 90 % for 1 min, clears at 80 %, once clear for 30 s',
    );
  });

  it('tells one mount from any mount', () => {
    const disk: RuleSettings = { ...rule, metric: 'disk.usage', comparison: '>=', forSeconds: 0 };
    expect(describeRule(disk)).toBe('Disk of any mount ≥ 90 %');
    expect(describeRule({ ...disk, instance: '/var' })).toBe('Disk /var ≥ 90 %');
  });
});
