import { FrameBuffer } from '../src/frame/buffer.js';
import { createLogger } from '../src/logging/logger.js';

/**
 * Writes frames as fast as it can until it is killed, acknowledges some, and says what it did: a number is
 * reported as written once it is, and as acknowledged before it is.
 */
const [stateDir, bootId = ''] = process.argv.slice(2);
const log = createLogger('error', (line) => process.stderr.write(line), false);
const buffer = new FrameBuffer({ bootId, stateDir, memoryBytes: 1e7, diskBytes: 3e7, log });

let next = 0;
let reported = 0;
function step(): void {
  if (buffer.volatile === 0 && next > reported) {
    reported = next;
    process.send!({ written: reported - 1 });
    if (reported % 7 === 0) {
      process.send!({ acknowledged: reported - 200 }, () =>
        buffer.acknowledge({ bootId, ranges: [[0, reported - 200]] }),
      );
    }
  }
  if (next - reported < 50)
    for (let i = next % 5; i >= 0; i--) {
      const json = JSON.stringify({ seq: next, text: 'x'.repeat((next * 131) % 2500) });
      buffer.add({ seq: next++, json }, false);
    }
  setImmediate(step);
}
buffer.start();
step();
