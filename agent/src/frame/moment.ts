import { uptime } from 'node:os';
import type { Moment } from './clock.js';

/** Between the two clocks this process may be put aside; longer than this, and it looks again. In ms. */
const TOGETHER_MS = 5;
const LOOKS = 4;

/** Reads both clocks as one. */
export function thisMoment(): Moment {
  for (let look = 1; ; look++) {
    const before = Date.now();
    // From /proc/uptime, which counts the time asleep.
    const boot = Math.round(uptime() * 1000);
    const utc = Date.now();
    if (Math.abs(utc - before) <= TOGETHER_MS || look === LOOKS) return { utc, boot };
  }
}
