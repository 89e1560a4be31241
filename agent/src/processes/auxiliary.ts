import { readFileSync } from 'node:fs';

/** Constants of the machine that the kernel hands to every process. */
export interface Units {
  /** Bytes of a page of memory. */
  page: number;
  /** Ticks of a second. */
  ticks: number;
}

/** Keys of the vector, from the kernel's `auxvec.h`. */
const PAGE_SIZE = 6n;
const CLOCK_TICKS = 17n;

/** Reads `/proc/self/auxv`: pairs of 64-bit numbers, a key and its value. */
export function parseUnits(auxv: Buffer): Units {
  const units = { page: 4096, ticks: 100 };
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    const key = auxv.readBigUInt64LE(at);
    if (key === PAGE_SIZE) units.page = Number(auxv.readBigUInt64LE(at + 8));
    if (key === CLOCK_TICKS) units.ticks = Number(auxv.readBigUInt64LE(at + 8));
  }
  return units;
}

export const readUnits = (): Units => parseUnits(readFileSync('/proc/self/auxv'));
