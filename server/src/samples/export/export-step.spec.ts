import type { HistoryExportQuery } from '@tocsin/shared';
import { describe, expect, it } from 'vitest';
import { exportStep } from './export-step.js';

const HOUR = 3_600_000;
const query = (step?: string, hours = 24): HistoryExportQuery => ({
  ...{ host: 'a'.repeat(24), metric: ['cpu.usage'], format: 'csv' },
  ...{ from: 483_000 * HOUR, to: (483_000 + hours) * HOUR },
  ...(step !== undefined && { step }),
});

describe('exportStep', () => {
  it('knows every sample from steps', () => {
    expect(exportStep(query('raw'))).toBeUndefined();
  });

  it('chooses what a chart of the time would show at most', () => {
    expect(exportStep(query('auto'))).toBe(60_000);
    expect(exportStep(query(undefined, 24 * 365))).toBe(6 * HOUR);
  });

  it.each(['50', '1000', '60000', '1800000', '3600000', '43200000', '86400000', '172800000'])(
    'takes %s ms',
    (step) => expect(exportStep(query(step))).toBe(Number(step)),
  );

  it.each([
    ['420000', /600000 ms/],
    ['1', /50 ms/],
    ['0', /raw, auto/],
    ['1h', /raw, auto/],
    ['-5', /raw, auto/],
    ['', /raw, auto/],
  ])('refuses %j and says what there is', (step, message) => {
    expect(() => exportStep(query(step))).toThrow(
      expect.objectContaining({
        body: { code: 'invalid', field: '/step', message: expect.stringMatching(message) },
      }),
    );
  });
});
