import {
  type Check,
  DuplicateSeriesError,
  type Frame,
  LIMITS,
  type LiveFrame,
  type Refusal,
  type Sample,
  type SeriesReader,
} from '@tocsin/shared';
import { invalid, refusedTime } from './message-checks.js';

export type Read<Kind extends LiveFrame = Frame> = { frame: Kind; sample: Sample } | { refusal: Refusal };

export interface Reading<Kind extends LiveFrame> {
  check: Check<Kind>;
  reader: SeriesReader;
  /** The hub's clock, UTC ms. */
  now: number;
  /** How old a frame may be, in ms. */
  pastMs?: number;
  /** JSON pointer to the frame. */
  within?: string;
}

/** Checks a frame and takes its numbers, or says why not. */
export function readFrame<Kind extends Frame | LiveFrame>(
  input: unknown,
  { check, reader, now, pastMs = LIMITS.pastMs, within = '' }: Reading<Kind>,
): Read<Kind> {
  if (!check.accepts(input)) return { refusal: invalid(check.fault(input), within) };
  const refusal = refusedTime(input.t, now, pastMs);
  if (refusal !== undefined) return { refusal: { ...refusal, field: within + refusal.field } };
  try {
    return { frame: input, sample: reader.read(input) };
  } catch (error) {
    if (!(error instanceof DuplicateSeriesError)) throw error;
    return { refusal: { code: 'invalid', message: `The frame names ${error.key} twice.` } };
  }
}
