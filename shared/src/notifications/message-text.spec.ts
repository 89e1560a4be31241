import { describe, expect, it } from 'vitest';
import type { Incident } from '../alerting/incident.js';
import { messageText, SHOWN_AT_MOST } from './message-text.js';
import { plainText } from './plain-text.js';

const NOW = 1_800_000_000_000;
const incident = (over: Partial<Incident> = {}): Incident => ({
  ...{ id: '1', ruleId: '2', ruleName: 'Disk full', hostId: '3', hostName: 'web-1', metric: 'disk.usage' },
  ...{ instance: '/var', severity: 'warning', status: 'open', since: NOW - 1_000, openedAt: NOW },
  ...{ comparison: '>=', firesAt: 90, openedValue: 95, worstValue: 95, lastValue: 95, ...over },
});
const firing = (over: Partial<Incident> = {}) => ({ kind: 'firing' as const, incident: incident(over) });

describe('a message', () => {
  it('about one incident names severity, host and rule, and says what is wrong', () => {
    expect(messageText([firing()], NOW)).toEqual({
      state: 'firing',
      severity: 'warning',
      title: 'Warning: web-1 – Disk full',
      lines: ['Disk /var at 95 % (fires at ≥ 90 %)'],
    });
  });

  it('about an acknowledged one says by whom', () => {
    const { state, title, lines } = messageText(
      [{ kind: 'acknowledged', incident: incident({ acknowledgedAt: NOW, acknowledgedBy: 'Ana' }) }],
      NOW,
    );
    expect(state).toBe('acknowledged');
    expect(title).toBe('Acknowledged: web-1 – Disk full');
    expect(lines[0]).toMatch(/, acknowledged by Ana$/);
  });

  it('about one that is over says for how long it was', () => {
    const over = incident({ status: 'resolved', since: NOW - 250_000, resolvedAt: NOW });
    const { state, lines } = messageText([{ kind: 'resolved', incident: over }], NOW);
    expect(state).toBe('resolved');
    expect(lines).toEqual(['Disk /var was at 95 % at worst (fires at ≥ 90 %), for 4 min 10 s']);
  });

  it('about many puts the worst first, counts hosts and says how many it leaves out', () => {
    const many = Array.from({ length: 1_000 }, (_, n) => firing({ hostId: String(n), hostName: `web-${n}` }));
    many[700] = firing({ severity: 'critical', hostId: '700', hostName: 'web-700' });
    const { title, lines, severity } = messageText(many, NOW);
    expect(severity).toBe('critical');
    expect(title).toBe('Critical: 1000 hosts – Disk full');
    expect(lines).toHaveLength(SHOWN_AT_MOST + 1);
    expect(lines[0]).toMatch(/^web-700: /);
    expect(lines.at(-1)).toBe('and 990 more');
  });

  it('is firing as long as one of them is', () => {
    const over = {
      kind: 'resolved' as const,
      incident: incident({ status: 'resolved', severity: 'critical' }),
    };
    expect(messageText([over, firing()], NOW).state).toBe('firing');
  });
});

describe('text from hosts', () => {
  it('stays on its line and reads as it is written', () => {
    expect(plainText('a\r\nb\u202egpj.exe\u2066\u0000\u200b\ufeffc')).toBe('a b gpj.exe c');
  });

  it('is short, whatever its length', () => {
    expect(plainText('x'.repeat(10_000_000))).toHaveLength(80);
    const { title, lines } = messageText(
      [firing({ hostName: '😀'.repeat(5_000), instance: 'y'.repeat(10_000) })],
      NOW,
    );
    expect(Array.from(title).length).toBeLessThanOrEqual(120);
    expect(lines[0]!.length).toBeLessThanOrEqual(240);
    expect(lines.join('')).not.toContain('\ufffd');
  });
});
