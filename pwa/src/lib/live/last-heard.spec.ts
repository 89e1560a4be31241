import type { HostState } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { lastHeardOf } from './last-heard.js';

const stale = (since: number, t?: number): HostState => ({
  id: 'a',
  name: 'a',
  tags: [],
  simulated: false,
  presence: { status: 'stale', since },
  ...(t !== undefined && { summary: { t, services: [] } }),
  cpuTrend: [],
  incidents: { open: 0 },
});

describe('lastHeardOf', () => {
  it('is the time of the newest frame', () => {
    expect(lastHeardOf(stale(100_000, 97_500))).toBe(97_500);
  });

  it('does not believe a host whose clock is ahead', () => {
    expect(lastHeardOf(stale(100_000, 160_000))).toBe(100_000);
  });

  it('does not believe a host whose clock is hours behind', () => {
    expect(lastHeardOf(stale(100_000_000, 1_000))).toBe(99_997_000);
  });

  it('is the change of presence for a host without values', () => {
    expect(lastHeardOf(stale(100_000))).toBe(100_000);
  });
});
