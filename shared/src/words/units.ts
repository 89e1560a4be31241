import type { Unit } from '../metrics/metric-group.js';
import { formatSpan } from './span.js';

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const DECIMAL = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'];

/** Three figures at most, so that a value never changes its width by much while it moves. */
function figures(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 || size === 0 ? 0 : size >= 9.995 ? 1 : 2);
}

function scaled(value: number, base: number, names: readonly string[]): string {
  let scale = 0;
  let shown = value;
  // 999.5 would be printed as 1000.
  while (Math.abs(shown) >= (base === 1000 ? 999.5 : 1023.5) && scale < names.length - 1) {
    shown /= base;
    scale += 1;
  }
  return `${scale === 0 ? Math.round(shown) : figures(shown)} ${names[scale]}`;
}

/** A value of the metric catalogue for people, with its unit. */
export function formatValue(unit: Unit, value: number): string {
  switch (unit) {
    case 'percent':
      return `${value >= 99.95 ? 100 : value.toFixed(value < 9.95 ? 1 : 0)} %`;
    case 'bytes':
      return scaled(value, 1024, BINARY);
    case 'bytesPerSecond':
      return scaled(value, 1000, DECIMAL);
    case 'load':
      return figures(value);
    case 'perSecond':
      return `${figures(value)} /s`;
    case 'seconds':
      return formatSpan(value * 1000);
    case 'milliseconds':
      return Math.abs(value) < 1000 ? `${Math.round(value)} ms` : `${figures(value / 1000)} s`;
    case 'celsius':
      return `${value.toFixed(1)} °C`;
    case 'count':
    case 'state':
      return Number.isInteger(value) ? String(value) : value.toFixed(2);
  }
}

/** What stands behind a number that people type in, for instance a threshold. */
export const unitSuffix: Record<Unit, string> = {
  percent: '%',
  bytes: 'bytes',
  bytesPerSecond: 'bytes/s',
  load: '',
  count: '',
  state: '',
  perSecond: '/s',
  seconds: 's',
  milliseconds: 'ms',
  celsius: '°C',
};
