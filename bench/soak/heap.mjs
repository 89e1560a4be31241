// Loaded before the agent that is watched: when asked, collects what is not used any more and tells how large the
// heap is then. Between two collections a heap grows by whatever it has time to; only what stays is of interest.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('message', (message) => {
  if (message !== 'heap') return;
  collect();
  process.send({ heap: process.memoryUsage().heapUsed });
});
