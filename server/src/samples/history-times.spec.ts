import { describe, expect, it } from 'vitest';
import { readTimes } from './history-times.js';

describe('readTimes', () => {
  const ms = Date.UTC(2025, 3, 10, 15);

  it.each([
    '2025-04-10T15:00:00Z',
    '2025-04-10T15:00',
    '2025-04-10T15:00:00.000',
    '2025-04-10T17:00:00+02:00',
  ])('reads %s', (text) => expect(readTimes({ from: text, to: text })).toEqual({ from: ms, to: ms }));

  it('takes a date for its first moment in UTC', () => {
    expect(readTimes({ from: '2025-04-10' })).toEqual({ from: Date.UTC(2025, 3, 10) });
  });

  it.each(['1744297200000', 'yesterday', '2025-13-40T00:00:00', '', ['a', 'b']])(
    'leaves %j as it is',
    (value) => {
      expect(readTimes({ from: value, host: '2025-04-10' })).toEqual({ from: value, host: '2025-04-10' });
    },
  );
});
