import type { Frame } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { summaryOf } from './host-summary.js';

const frame = (parts: Partial<Frame>): Frame => ({ seq: 0, t: 7, ...parts });
const ram = { total: 1000, used: 333, available: 667, swapTotal: 0, swapUsed: 0 };

describe('summaryOf', () => {
  it('leaves out what the frame does not have', () => {
    expect(summaryOf(frame({}))).toEqual({ t: 7, services: [] });
  });

  it('rounds to what is shown', () => {
    const cpu = { usage: 12.345, user: 0, system: 0, iowait: 0, steal: 0, load1: 1.236, load5: 0, load15: 0 };
    const network = { in: 1.6, out: 2.4, interfaces: [] };
    expect(summaryOf(frame({ cpu, ram, network }))).toMatchObject({
      cpu: 12.3,
      load1: 1.24,
      ram: 33.3,
      in: 2,
      out: 2,
    });
  });

  it('tells of swap only where there is some', () => {
    expect(summaryOf(frame({ ram }))).not.toHaveProperty('swap');
    expect(summaryOf(frame({ ram: { ...ram, swapTotal: 200, swapUsed: 50 } }))).toMatchObject({ swap: 25 });
  });

  it('names the fullest file system, by what users may still write', () => {
    const disk = (mount: string, used: number, available: number) => ({ mount, size: 100, used, available });
    const disks = [disk('/', 50, 50), disk('/var', 45, 5), disk('/empty', 0, 0)];
    expect(summaryOf(frame({ disks })).disk).toEqual({ mount: '/var', usage: 90 });
    expect(summaryOf(frame({ disks: [] }))).not.toHaveProperty('disk');
  });
});
