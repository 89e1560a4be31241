// A bare Socket.IO server that acknowledges every frame and does nothing else.
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

answer({
  url: () => `http://127.0.0.1:${http.address().port}`,
  mark: () => ({ ...usage(), frames }),
});
