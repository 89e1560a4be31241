import type { HostState } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { urgencyOf } from './urgency.js';

const host = (changes: Partial<HostState>): HostState => ({
  id: 'a',
  name: 'a',
  tags: [],
  simulated: false,
  presence: { status: 'online', since: 0 },
  cpuTrend: [],
  incidents: { open: 0 },
  ...changes,
});

describe('urgencyOf', () => {
  it('puts critical incidents before lost hosts, and those before warnings and healthy hosts', () => {
    const order = [
      host({ incidents: { open: 1, worst: 'critical' } }),
      host({ presence: { status: 'lost', since: 0 } }),
      host({ incidents: { open: 2, worst: 'warning' } }),
      host({ presence: { status: 'stale', since: 0 } }),
      host({ incidents: { open: 1, worst: 'info' } }),
      host({ presence: { status: 'stopped', since: 0 } }),
      host({ summary: { t: 0, services: [{ name: 'nginx', state: 'failed' }] } }),
      host({}),
      host({ presence: { status: 'never', since: 0 } }),
    ].map(urgencyOf);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
  });

  it('counts the worst of what a host has', () => {
    expect(
      urgencyOf(host({ presence: { status: 'lost', since: 0 }, incidents: { open: 1, worst: 'critical' } })),
    ).toBe(urgencyOf(host({ incidents: { open: 1, worst: 'critical' } })));
  });
});
