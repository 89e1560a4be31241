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
const disk: RuleSettings = { ...rule, metric: 'disk.usage', comparison: '>=', forSeconds: 0 };

describe('describeRule', () => {
  it('says what, where, how much and how long', () => {
    expect(describeRule(rule)).toBe('Rings when CPU on any host is above 90 % for 1 min.');
    expect(describeRule(rule, 'web-1')).toMatch(/CPU on web-1/);
  });

  it('tells the level and the time at which it clears', () => {
    expect(describeRule({ ...rule, clearsAt: 80, keepFiringSeconds: 30 })).toMatch(
      / Clears at 80 % or below for 30 s\.$/,
    );
    expect(describeRule({ ...rule, keepFiringSeconds: 30 })).toMatch(/ Clears after 30 s without it\.$/);
  });

  it('tells one mount from any mount', () => {
    expect(describeRule(disk)).toBe('Rings when Disk of any mount on any host is at or above 90 %.');
    expect(describeRule({ ...disk, instance: '/var' })).toMatch(/Disk \/var on/);
  });

  it('says in words what numbers say badly', () => {
    const service: RuleSettings = { ...disk, metric: 'service.active', comparison: '<', firesAt: 1 };
    expect(describeRule(service)).toBe('Rings when any service on any host is not active.');
    expect(describeRule({ ...service, instance: 'nginx' })).toMatch(/nginx on any host is not active/);
    expect(describeRule({ ...rule, metric: 'host.lost', forSeconds: 10 })).toBe(
      'Rings when nothing is heard from any host for 10 s.',
    );
  });

  it('says what is made of the values', () => {
    const average = { kind: 'aggregate', aggregate: 'avg', windowSeconds: 900 } as const;
    expect(describeRule({ ...rule, condition: average, forSeconds: 0 })).toBe(
      'Rings when the average of CPU over 15 min on any host is above 90 %.',
    );
    const rate = { kind: 'rate', per: 'hour', windowSeconds: 600 } as const;
    expect(describeRule({ ...disk, condition: rate, firesAt: 250 })).toMatch(/at or above 250 % per hour/);
    const forecast = { kind: 'forecast', withinHours: 24, windowSeconds: 21_600, onlyFrom: 60 } as const;
    expect(describeRule({ ...disk, condition: forecast, firesAt: 100, forSeconds: 3_600 })).toBe(
      'Rings when Disk of any mount on any host will be at or above 100 % within 1 d, by its trend of 6 h, once it is at or above 60 %, for 1 h.',
    );
    expect(describeRule({ ...disk, condition: { kind: 'absent' }, forSeconds: 60 })).toBe(
      'Rings when Disk of any mount is missing from the reports of any host for 1 min.',
    );
  });

  it('says that it is different somewhere', () => {
    const overrides = [{ hostId: 'a'.repeat(24), firesAt: 95 }];
    expect(describeRule({ ...rule, overrides })).toMatch(/ Different on one host\.$/);
  });
});
