import { setTimeout as delay } from 'node:timers/promises';
import { hostCollectors } from '../collectors/host-collectors.js';
import { CollectorSet } from '../collectors/collector-set.js';
import type { Settings } from '../config/options.js';
import { Assembler, ownTimes } from '../frame/assemble.js';
import { SimulatedHost } from '../simulator/simulated-host.js';

/** Rates need two readings; this is long enough for honest ones. In ms. */
const BETWEEN_MS = 1_000;

/** Shows one frame as it would be sent. */
export async function print(settings: Settings): Promise<void> {
  const hints = { info: (line: string) => process.stderr.write(`${line}\n`) };
  const collectors = settings.simulate ? [new SimulatedHost()] : hostCollectors(settings, settings, hints);
  const assembler = new Assembler(new CollectorSet(collectors), ownTimes);
  await assembler.prime();
  await delay(BETWEEN_MS);
  console.log(JSON.stringify(await assembler.next(), null, 2));
}
