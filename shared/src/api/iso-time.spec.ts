import { describe, expect, it } from 'vitest';
import { parseIsoTime } from './iso-time.js';

describe('parseIsoTime', () => {
  const ms = Date.UTC(2025, 3, 10, 15);

  it.each([
    ['2025-04-10T15:00:00', ms],
    ['2025-04-10T15:00:00Z', ms],
    ['2025-04-10T15:00', ms],
    ['2025-04-10T17:00:00+02:00', ms],
    ['2025-04-10T17:00:00+0200', ms],
    ['2025-04-10T15:00:00.123456', ms + 123],
    ['2025-04-10', Date.UTC(2025, 3, 10)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
  ])('reads %s', (text, time) => expect(parseIsoTime(text)).toBe(time));

  it.each([
    '',
    'yesterday',
    '1744297200',
    '2025-02-29',
    '2025-04-31T00:00:00Z',
    '2025-13-01',
    '2025-00-10',
    '2025-04-10T25:00:00',
    '2025-04-10T15:00:60',
    '2025-04-10 15:00:00',
    '2025-04-10T15:00:00 UTC',
    '2025-04-10T15:00:00+02',
    'x2025-04-10',
  ])('does not take "%s" for a time', (text) => expect(parseIsoTime(text)).toBeUndefined());
});
