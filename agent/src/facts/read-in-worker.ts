import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { HostFacts } from './facts.js';

/** Reads the host's facts without keeping what was loaded for it. */
export async function readFactsInWorker(): Promise<HostFacts> {
  const worker = new Worker(new URL('./facts-worker.js', import.meta.url));
  const [facts] = (await once(worker, 'message')) as [HostFacts];
  await worker.terminate();
  return facts;
}
