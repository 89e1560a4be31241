import type { HistoryExportFormat } from '@tocsin/shared';

/** Makes the line of one value, or of one step, of a series. `time` is ISO 8601. */
export type LineWriter = (time: string, values: readonly number[]) => string;

/** How rows are written down. `columns` name the numbers of a row: `value`, or `min`, `avg` and `max`. */
export interface ExportFormat {
  readonly contentType: string;
  /** What stands before all rows. */
  head(columns: readonly string[]): string;
  linesOf(series: { metric: string; instance?: string }, columns: readonly string[]): LineWriter;
}

/** RFC 4180, in UTF-8. */
const csv: ExportFormat = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: (columns) => `time,metric,instance,${columns.join()}\r\n`,
  linesOf: ({ metric, instance = '' }) => {
    const names = `,${cell(metric)},${cell(instance)},`;
    return (time, values) => `${time}${names}${values.join()}\r\n`;
  },
};

/** One JSON object a line; names as the host said them. */
const ndjson: ExportFormat = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: () => '',
  linesOf: ({ metric, instance }, columns) => {
    const names = JSON.stringify({ metric, instance }).slice(1, -1);
    const labels = columns.map((column) => `,${JSON.stringify(column)}:`);
    return (time, values) =>
      `{"time":"${time}",${names}${values.map((value, i) => `${labels[i]!}${value}`).join('')}}\n`;
  },
};

export const EXPORT_FORMATS: Record<HistoryExportFormat, ExportFormat> = { csv, ndjson };

/** What spreadsheets take for the beginning of a formula, also in full width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const TO_QUOTE = /[",\r\n]/;

/**
 * One cell of text. A host chooses the names of its mounts and services, and a spreadsheet must not run
 * them: such a name gets an apostrophe before it, which spreadsheets do not show.
 */
export function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return TO_QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
