import { describe, expect, it } from 'vitest';
import { formatValue } from './units.js';

describe('formatValue', () => {
  it('shows times, temperatures and events with their units', () => {
    expect(formatValue('seconds', 90_061)).toBe('1 d 1 h');
    expect(formatValue('milliseconds', 12.4)).toBe('12 ms');
    expect(formatValue('milliseconds', 5_250)).toBe('5.25 s');
    expect(formatValue('celsius', 54.5)).toBe('54.5 °C');
    expect(formatValue('perSecond', 3.2)).toBe('3.20 /s');
  });

  it.each([
    [0, '0.0 %'],
    [3.44, '3.4 %'],
    [9.96, '10 %'],
    [42.4, '42 %'],
    [99.96, '100 %'],
  ])('shows %d percent as %s', (value, text) => expect(formatValue('percent', value)).toBe(text));

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1_048_575, '1.00 MiB'],
    [16 * 1024 ** 3, '16.0 GiB'],
    [1.5 * 1024 ** 4, '1.50 TiB'],
  ])('shows %d bytes as %s', (value, text) => expect(formatValue('bytes', value)).toBe(text));

  it.each([
    [0, '0 B/s'],
    [999, '999 B/s'],
    [999.6, '1.00 kB/s'],
    [2300, '2.30 kB/s'],
    [125_000_000, '125 MB/s'],
  ])('shows %d bytes per second as %s', (value, text) =>
    expect(formatValue('bytesPerSecond', value)).toBe(text),
  );

  it('keeps two decimals of a small load and one of a large one', () => {
    expect(formatValue('load', 0.07)).toBe('0.07');
    expect(formatValue('load', 12.34)).toBe('12.3');
  });

  it('shows whole counts without decimals', () => {
    expect(formatValue('count', 3)).toBe('3');
    expect(formatValue('count', 0.5)).toBe('0.50');
  });
});
