const row = (cells, widths) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('   ');

/** Of what was measured: a heading row and rows of text. @typedef {{ head: string[], rows: string[][] }} Table */

/** @param {Table} table */
export function forTerminal({ head, rows }) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => cells[i].length)));
  return [
    row(head, widths),
    widths.map((width) => '─'.repeat(width)).join('   '),
    ...rows.map((cells) => row(cells, widths)),
  ].join('\n');
}

/** @param {Table} table */
export function forMarkdown({ head, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

export const number = (value, digits = 0) =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '–';
