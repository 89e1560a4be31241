import { inUnits } from '../../cli/in-units.js';
import type { Check } from '../check.js';
import { error, ok, warning } from '../finding.js';

/** MongoDB stops when it cannot write its own journal. */
const TOO_LITTLE_BYTES = 500e6;
const LITTLE = 0.05;

/** The disk that MongoDB's data is on, wherever MongoDB is. */
export const disk: Check = {
  name: 'disk',
  async look({ connection }) {
    const { fsTotalSize: total = 0, fsUsedSize: used = 0 } = (await connection.db!.stats()) as {
      fsTotalSize?: number;
      fsUsedSize?: number;
    };
    if (total === 0) return ok('MongoDB does not say how full it is.');
    const free = total - used;
    const message = `${inUnits(free)} of ${inUnits(total)} are free where MongoDB keeps its data.`;
    const mend = 'Make room, or keep history for a shorter time (Settings in the app).';
    const figures = { totalBytes: total, freeBytes: free };
    if (free < TOO_LITTLE_BYTES) return error(message, mend, figures);
    return free < total * LITTLE ? warning(message, mend, figures) : ok(message, figures);
  },
};
