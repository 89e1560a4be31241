/** As many whole lines, the first ones first, as fit into so many UTF-16 units: cut in the middle, an escape or half a character would be left. */
export function fitting(lines: readonly string[], longest: number): string {
  let text = '';
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`;
    if (next.length > longest) break;
    text = next;
  }
  return text;
}
