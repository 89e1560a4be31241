/**
 * The line through points that lies closest to them (least squares): how much y grows when x grows by one,
 * and the standard error of that.
 * @param {{ x: number, y: number }[]} points three of them at least, not all at one x
 */
export function trend(points) {
  const n = points.length;
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / n;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const rest = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / spread) };
}

/** So many frames are warm-up: code is compiled, buffers find their size. A run must be twice as long to judge it. */
export const WARM_UP_FRAMES = 10_000;
/** Growth under this, for each 10,000 frames, is what no host notices in a month at a frame a second. */
export const FLAT_MB = 0.2;

/**
 * `flat`, `not flat`, or why that cannot be told.
 * @param {{ slope: number, error: number }} growth in MB for each 10,000 frames
 * @param {number} frames of the whole run
 */
export function verdict({ slope, error }, frames) {
  if (frames < 2 * WARM_UP_FRAMES) return 'too short to tell';
  if (slope + 2 * error < FLAT_MB) return 'flat';
  return slope - 2 * error > FLAT_MB ? 'not flat' : 'not clear';
}
