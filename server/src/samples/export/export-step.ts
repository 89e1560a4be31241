import { HISTORY_LIMITS, type HistoryExportQuery } from '@tocsin/shared';
import { invalidQuery } from '../history-check.js';
import { stepsOf } from '../history-steps.js';

/**
 * How wide the steps of an export are to be, in ms; undefined for every sample as it came.
 * @throws ApiException 400 for what is no step
 */
export function exportStep({ from, to, step = 'auto' }: HistoryExportQuery): number | undefined {
  if (step === 'raw') return undefined;
  if (step === 'auto') return stepsOf(from, to, HISTORY_LIMITS.points, 1).step;
  const width = /^\d+$/.test(step) ? Number(step) : 0;
  if (width < 1) throw invalidQuery('/step', 'step must be raw, auto, or how wide a step is in ms.');
  const next = stepsOf(0, width, 1, width).step;
  if (next !== width) {
    throw invalidQuery('/step', `There are no steps of ${width} ms. The next wider ones have ${next} ms.`);
  }
  return width;
}
