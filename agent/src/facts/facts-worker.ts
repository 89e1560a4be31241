import { parentPort } from 'node:worker_threads';
import { readFacts } from './facts.js';

// systeminformation takes more memory than the rest of the agent's own code. In a thread of its own it
// is given back when the thread ends.
parentPort?.postMessage(await readFacts());
