import { IoAdapter } from '@nestjs/platform-socket.io';
import { LIMITS } from '@tocsin/shared';
import type { Namespace, Server, ServerOptions, Socket } from 'socket.io';

/** One Socket.IO server for agents and browsers, each in a namespace of their own. */
export class HubIoAdapter extends IoAdapter {
  override createIOServer(port: number, options?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, {
      ...options,
      maxHttpBufferSize: LIMITS.messageBytes,
      // For the overview that a page opens with; a frame is smaller and goes out as it is. Without context
      // takeover a connection keeps no window in memory.
      perMessageDeflate: {
        threshold: 16_384,
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
      },
      // The PWA brings its own client.
      serveClient: false,
    } as ServerOptions);
    // Every server has the namespace "/", which would let anybody stay.
    server.on('connection', (socket) => socket.disconnect(true));
    server.on('new_namespace', closeWithNamespace);
    return server;
  }
}

/** A connection serves one namespace: whoever leaves that has nothing more to say. */
function closeWithNamespace(namespace: Namespace): void {
  namespace.on('connection', (socket: Socket) => {
    socket.on('disconnect', () => socket.conn.close());
  });
}
