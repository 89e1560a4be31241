import { IoAdapter } from '@nestjs/platform-socket.io';
import { LIMITS } from '@tocsin/shared';
import type { Server, ServerOptions } from 'socket.io';

/** One Socket.IO server for agents and browsers, each in a namespace of their own. */
export class HubIoAdapter extends IoAdapter {
  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
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
  }
}
