import { describe, expect, it } from 'vitest';
import { fileName } from './file-name.js';

const query = {
  host: '',
  metric: [],
  from: Date.UTC(2025, 3, 10, 15),
  to: Date.UTC(2025, 3, 11),
  format: 'csv',
} as const;

describe('fileName', () => {
  it.each([
    ['web-1', 'web-1'],
    ['Büro 7', 'Büro-7'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a"b\r\nc;d', 'a-b-c-d'],
    ['???', 'host'],
  ])('makes of the host %j a name that every file system takes', (host, safe) => {
    expect(fileName(host, { ...query, metric: [] })).toBe(`${safe}_20250410T150000Z_20250411T000000Z.csv`);
  });
});
