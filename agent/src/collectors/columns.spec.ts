import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from './columns.js';

describe('Columns', () => {
  it('reads words and numbers, however many spaces stand between them', () => {
    const columns = new Columns('  eth0:  12 x 7\ncpu  1\n');
    expect(columns.word(':')).toBe('eth0');
    expect(columns.number()).toBe(12);
    columns.skip(1);
    expect(columns.number()).toBe(7);
    expect(columns.number()).toBeNaN();
    expect(columns.word()).toBe('');
    expect(columns.nextLine()).toBe(true);
    expect(columns.word()).toBe('cpu');
    expect(columns.number()).toBe(1);
    expect(columns.nextLine()).toBe(false);
  });

  it('never goes beyond the end of a line', () => {
    const columns = new Columns('a\nb 5');
    columns.skip(10);
    expect(columns.number()).toBeNaN();
    columns.nextLine();
    expect(columns.word()).toBe('b');
  });

  it('takes words and signs for no number', () => {
    for (const text of ['x', '-1', '', ' ']) expect(new Columns(text).number()).toBeNaN();
  });

  it('reads every table of numbers as it was written', () => {
    const table = fc.array(fc.array(fc.nat(2 ** 31), { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom(' ', '   '), (rows, gap) => {
        const columns = new Columns(rows.map((row) => gap + row.join(gap)).join('\n'));
        const read = [];
        do {
          const row = [];
          for (let value = columns.number(); !Number.isNaN(value); value = columns.number()) row.push(value);
          read.push(row);
        } while (columns.nextLine());
        expect(read).toEqual(rows);
      }),
    );
  });
});
