import type { HistoryExportQuery } from '@tocsin/shared';

const compact = (t: number): string => new Date(t).toISOString().replace(/[-:]|\.\d+/g, '');

/** `web-1_20250410T150000Z_20250411T150000Z.csv`: no file system minds any of its characters. */
export function fileName(hostName: string, { from, to, format }: HistoryExportQuery): string {
  const host = hostName.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'host';
  return `${host}_${compact(from)}_${compact(to)}.${format}`;
}
