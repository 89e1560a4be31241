// A bare Socket.IO server that acknowledges every frame, and on demand sends one to everybody.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Server } from 'socket.io';
import { answer } from './child.mjs';
import { usage } from './usage.mjs';

const http = createServer();
const io = new Server(http, { serveClient: false });
let frames = 0;
io.of('/agent').on('connection', (socket) => {
  socket.on('frame', (_frame, done) => {
    frames += 1;
    done();
  });
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');

/** CPU µs for one message to everybody who is connected. */
async function broadcast({ messages, frame }) {
  const before = usage();
  for (let sent = 0; sent < messages; sent += 1) {
    io.of('/agent').emit('frame', { hostId: '0'.repeat(24), frame });
    // So that the sockets write as they do when messages come one by one.
    await new Promise(setImmediate);
  }
  return (usage().cpu - before.cpu) / messages;
}

answer({
  broadcast,
  url: () => `http://127.0.0.1:${http.address().port}`,
  mark: () => ({ ...usage(), frames }),
});
