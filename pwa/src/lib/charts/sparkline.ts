/**
 * SVG path of a trend in a box, a line for each run of values; a hole stays a hole. The newest value is
 * at the right edge, however few there are.
 * @param top the value that touches the upper edge; 0 is the lower edge.
 */
export function sparklinePath(
  values: readonly (number | null)[],
  { width, height, top, slots }: { width: number; height: number; top: number; slots: number },
): string {
  const step = width / Math.max(1, slots - 1);
  const shown = values.slice(-slots);
  const left = slots - shown.length;
  let path = '';
  let drawing = false;
  shown.forEach((value, i) => {
    if (value === null) {
      drawing = false;
      return;
    }
    const x = round((left + i) * step);
    const y = round(height - (Math.min(Math.max(value, 0), top) / top) * height);
    const alone = !drawing && (shown[i + 1] ?? null) === null;
    path += `${drawing ? 'L' : 'M'}${x} ${y}${alone ? 'h.01' : ''}`;
    drawing = true;
  });
  return path;
}

const round = (value: number) => Math.round(value * 10) / 10;
