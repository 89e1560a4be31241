import { readdirSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';
import { readText } from '../collectors/read-text.js';
import { parseStat, type ProcessStat } from './stat.js';

/** After so much work in one go everything else gets its turn, so that no frame is late; in ms. */
const WORK_MS = 2;

/** All processes at one moment, by their ids. */
export interface ProcessTable {
  /** Monotonic ms. */
  at: number;
  processes: Map<number, ProcessStat>;
}

/** Reads every process that this user may see. Those that end meanwhile are left out. */
export async function readProcessTable(proc = '/proc'): Promise<ProcessTable> {
  let began = performance.now();
  const at = began;
  const processes = new Map<number, ProcessStat>();
  for (const name of readdirSync(proc)) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = parseStat(readText(`${proc}/${name}/stat`));
      if (stat !== undefined) processes.set(pid, stat);
    } catch {
      // It has ended, or is hidden from this user (hidepid).
    }
    if (performance.now() - began < WORK_MS) continue;
    await others();
    began = performance.now();
  }
  return { at, processes };
}
