import { once } from 'node:events';
import { createServer } from 'node:http';
import { AGENT_NAMESPACE } from '@tocsin/shared/limits';
import { Server } from 'socket.io';

/** As late as a hub's group commit acknowledges a frame on average, in ms. */
const ACK_AFTER_MS = 250;

/** A hub that takes frames of any agent and acknowledges them as late as the real one; counts by key. */
export async function startHub() {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'] });
  const frames = new Map();
  io.of(AGENT_NAMESPACE).on('connection', (socket) => {
    const { key, agent } = socket.handshake.auth;
    socket.emit('welcome', { hostId: '0'.repeat(24), name: 'bench', time: Date.now() });
    socket.on('frame', ({ seq }) => {
      frames.set(key, (frames.get(key) ?? 0) + 1);
      const ack = { bootId: agent.bootId, ranges: [[seq, seq]] };
      setTimeout(() => socket.emit('ack', ack), ACK_AFTER_MS);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    framesOf: (key) => frames.get(key) ?? 0,
    stop: async () => {
      io.disconnectSockets(true);
      await io.close();
    },
  };
}
