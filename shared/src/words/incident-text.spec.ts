import { describe, expect, it } from 'vitest';
import type { Incident } from '../alerting/incident.js';
import { describeIncident } from './incident-text.js';

const incident: Incident = {
  id: '1',
  ruleId: '2',
  ruleName: 'Disk full',
  hostId: '3',
  hostName: 'web-1',
  metric: 'disk.usage',
  instance: '/var',
  severity: 'warning',
  status: 'open',
  since: 0,
  openedAt: 0,
  comparison: '>=',
  firesAt: 90,
  openedValue: 91,
  worstValue: 95,
  lastValue: 93,
};

describe('describeIncident', () => {
  it('names metric, instance, value, worst value and bound', () => {
    expect(describeIncident(incident)).toBe('Disk /var at 93 %, 95 % at worst (fires at ≥ 90 %)');
  });

  it('says what was compared when it is more than one value', () => {
    const condition = { kind: 'rate', per: 'hour', windowSeconds: 600 } as const;
    const growing: Incident = { ...incident, condition, firesAt: 5, worstValue: 150, lastValue: 120 };
    expect(describeIncident(growing)).toBe(
      'Change of Disk /var over 10 min at 120 % per hour, 150 % per hour at worst (fires at ≥ 5 % per hour)',
    );
  });

  it('says what is missing', () => {
    const missing: Incident = { ...incident, condition: { kind: 'absent' } };
    expect(describeIncident(missing)).toBe('Disk /var is missing from the reports');
    expect(describeIncident({ ...missing, status: 'resolved' })).toMatch(/was missing/);
  });

  it('does not say the same value twice', () => {
    expect(describeIncident({ ...incident, worstValue: 93 })).toBe('Disk /var at 93 % (fires at ≥ 90 %)');
  });

  it('speaks of the past once it is resolved', () => {
    expect(describeIncident({ ...incident, status: 'resolved' })).toBe(
      'Disk /var was at 95 % at worst (fires at ≥ 90 %)',
    );
  });

  it('says in words what is only yes or no', () => {
    const service = { ...incident, metric: 'service.active', instance: 'nginx' };
    expect(describeIncident(service)).toBe('nginx is not active');
    expect(describeIncident({ ...service, status: 'resolved' })).toBe('nginx was not active');
    expect(describeIncident({ ...incident, metric: 'host.lost', instance: undefined })).toBe(
      'Nothing is heard from the host',
    );
  });

  it('says from where SSH logins fail, and that one was let in', () => {
    const source = { ...incident, metric: 'sshSource.failed10m', instance: '192.0.2.7', firesAt: 5 };
    expect(describeIncident({ ...source, lastValue: 12, worstValue: 12 })).toBe(
      'Failed SSH logins of 192.0.2.7 at 12 (fires at ≥ 5)',
    );
    expect(describeIncident({ ...source, metric: 'sshSource.breaches' })).toContain('from 192.0.2.7');
  });

  it('shows a metric that this version does not know by its id', () => {
    expect(describeIncident({ ...incident, metric: 'gpu.usage', instance: undefined })).toContain(
      'gpu.usage at 93',
    );
  });
});
