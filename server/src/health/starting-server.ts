import { createServer, type Server } from 'node:http';
import type { ApiError } from '@tocsin/shared';

/**
 * Stands in for the hub at its address while the data is migrated, which may take minutes: whoever watches
 * sees a process that lives and is not ready, and agents wait and try again.
 */
export class StartingServer {
  readonly #server: Server;

  private constructor(reason: string) {
    const notReady = JSON.stringify({
      code: 'not_ready',
      message: `Not ready: ${reason}.`,
    } satisfies ApiError);
    this.#server = createServer(({ url }, response) => {
      const live = url === '/health/live';
      response.writeHead(live ? 200 : 503, {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': 'no-store',
        Connection: 'close',
      });
      response.end(live ? '{"status":"live"}' : notReady);
    });
  }

  /** @throws what `listen` says, such as `EADDRINUSE` */
  static async start(host: string, port: number, reason: string): Promise<StartingServer> {
    const starting = new StartingServer(reason);
    await new Promise<void>((resolve, reject) => {
      starting.#server.once('error', reject);
      starting.#server.listen(port, host, resolve);
    });
    return starting;
  }

  /** The address is free when it returns. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
