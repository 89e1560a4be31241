import { describe, expect, it } from 'vitest';
import { fileNameOf } from './file-name.js';

describe('fileNameOf', () => {
  it.each([
    ['attachment; filename=web-1.csv', 'web-1.csv'],
    ['attachment; filename="web 1.csv"', 'web 1.csv'],
    [`attachment; filename="B?ro.csv"; filename*=UTF-8''B%C3%BCro.csv`, 'Büro.csv'],
    ['attachment', undefined],
    [null, undefined],
  ])('finds the name in %s', (header, name) => expect(fileNameOf(header)).toBe(name));
});
