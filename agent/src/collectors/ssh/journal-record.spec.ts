import { describe, expect, it } from 'vitest';
import { parseJournalRecord } from './journal-record.js';

const record = (fields: object) =>
  JSON.stringify({
    ...{ __CURSOR: 's=1;i=2', __REALTIME_TIMESTAMP: '1764115200123456', __MONOTONIC_TIMESTAMP: '1' },
    ...{ _BOOT_ID: 'b', _PID: '812', SYSLOG_PID: '812', MESSAGE: 'a' },
    ...fields,
  });

describe('parseJournalRecord', () => {
  it('reads a message with its process, time and place', () => {
    expect(parseJournalRecord(record({}))).toEqual({
      ...{ cursor: 's=1;i=2', t: 1_764_115_200_123, pid: '812', message: 'a' },
    });
  });

  it('reads a message that is no UTF-8, which comes as its bytes', () => {
    const bytes = [...Buffer.from('Invalid user '), 0xff, 0xfe, ...Buffer.from(' from 192.0.2.7 port 9')];
    expect(parseJournalRecord(record({ MESSAGE: bytes }))?.message).toBe(
      'Invalid user \ufffd\ufffd from 192.0.2.7 port 9',
    );
  });

  it('reads the first of a field that stands in the record twice', () => {
    expect(parseJournalRecord(record({ MESSAGE: ['a', 'b'], _PID: ['7', '8'] }))).toMatchObject({
      ...{ message: 'a', pid: '7' },
    });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    record({ MESSAGE: null }),
    record({ MESSAGE: {} }),
    record({ __CURSOR: 1 }),
  ])('passes over %s', (line) => {
    expect(parseJournalRecord(line)).toBeUndefined();
  });
});
