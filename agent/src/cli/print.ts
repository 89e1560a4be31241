import { setTimeout as delay } from 'node:timers/promises';
import type { Collector } from '../collectors/collector.js';
import { Assembler } from '../frame/assemble.js';
import { monotonic } from '../frame/schedule.js';

/** Rates need two readings; this is long enough for honest ones. In ms. */
const BETWEEN_MS = 1_000;

/** Shows one frame as it would be sent. */
export async function print(collectors: readonly Collector[]): Promise<void> {
  const assembler = new Assembler(collectors);
  await assembler.prime(monotonic());
  await delay(BETWEEN_MS);
  console.log(JSON.stringify(await assembler.next(monotonic(), Date.now()), null, 2));
}
