import type { RuleSettings } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { describePreview, describeSpan } from './preview-text.js';

const preview = { step: 300_000, series: 2, spans: [], more: false };
const span = { host: 'a', since: 0, openedAt: 60_000, worst: 97 };
const rule = { metric: 'disk.usage' } as RuleSettings;

describe('describePreview', () => {
  it('says how often, how finely and on how many hosts', () => {
    const fine = 'looked at in steps of 5 min on one host.';
    expect(describePreview(preview, 1)).toBe(`It would not have rung, ${fine}`);
    expect(describePreview({ ...preview, spans: [span] }, 1)).toBe(`It would have rung once, ${fine}`);
    const many = describePreview({ ...preview, spans: [span, span], more: true }, 3);
    expect(many).toMatch(/more than 2 times, .* on 3 hosts/);
  });

  it('says when there is nothing to look at', () => {
    expect(describePreview({ ...preview, series: 0 }, 1)).toMatch(/nothing stored/);
  });
});

describe('describeSpan', () => {
  it('says how long and how bad', () => {
    expect(describeSpan(rule, { ...span, resolvedAt: 1_260_000 })).toMatch(/ · 20 min · 97 % at worst$/);
    expect(describeSpan(rule, span)).toMatch(/still open at the end/);
    expect(describeSpan({ ...rule, condition: { kind: 'absent' } }, span)).not.toMatch(/worst/);
  });
});
