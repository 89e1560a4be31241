import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS } from './export-format.js';

const TIME = '2025-04-10T15:00:00.000Z';
const names = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a,b', 'say "hi"', 'two\r\nlines', '\u0000', "it's", '/var:log', '-.mount'),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('CSV', () => {
  const { head, linesOf } = EXPORT_FORMATS.csv;
  const columns = ['min', 'avg', 'max'];

  it('is read by another program as it was written, whatever the names', () => {
    fc.assert(
      fc.property(names, fc.tuple(number, number, number), (instance, values) => {
        const text = head(columns) + linesOf({ metric: 'disk.usage', instance }, columns)(TIME, values);
        const rows = parse(text, { columns: true }) as Record<string, string>[];
        expect(rows).toHaveLength(1);
        const { time, metric, instance: read, ...numbers } = rows[0]!;
        expect([time, metric]).toEqual([TIME, 'disk.usage']);
        expect([instance, `'${instance}`]).toContain(read);
        expect(Object.values(numbers).map((text) => Number(text) + 0)).toEqual(values.map((v) => v + 0));
      }),
    );
  });

  it.each(['=1+1', '+1', '-.mount', '@SUM(A1)', '\t=1', '\r=1', '＝1+1', '=a,"b"'])(
    'lets no spreadsheet run the name %j',
    (instance) => {
      const text = linesOf({ metric: 'service.state', instance }, ['value'])(TIME, [-1]);
      const [row] = parse(text) as string[][];
      expect(row).toEqual([TIME, 'service.state', `'${instance}`, '-1']);
    },
  );

  it('leaves other names as they are, and the cell empty where there is none', () => {
    const of = (instance?: string) => linesOf({ metric: 'disk.usage', instance }, ['value'])(TIME, [0.5]);
    expect(of('/srv')).toBe(`${TIME},disk.usage,/srv,0.5\r\n`);
    expect(of()).toBe(`${TIME},disk.usage,,0.5\r\n`);
  });
});

describe('NDJSON', () => {
  const { head, linesOf } = EXPORT_FORMATS.ndjson;

  it('has one object a line with the names as the host said them', () => {
    fc.assert(
      fc.property(names, number, number, (instance, min, max) => {
        const text = head([]) + linesOf({ metric: 'disk.usage', instance }, ['min', 'max'])(TIME, [min, max]);
        expect(text.indexOf('\n')).toBe(text.length - 1);
        expect(JSON.parse(text)).toEqual({
          ...{ time: TIME, metric: 'disk.usage', instance },
          ...{ min: min + 0, max: max + 0 },
        });
      }),
    );
  });

  it('leaves out the instance where there is none', () => {
    expect(linesOf({ metric: 'cpu.usage' }, ['value'])(TIME, [3])).toBe(
      `{"time":"${TIME}","metric":"cpu.usage","value":3}\n`,
    );
  });
});
