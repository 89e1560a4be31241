import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/**
 * What a proxy does with a WebSocket: it hands on the request without its `Upgrade`, as nginx does unless
 * told otherwise; it cuts the connection; it says nothing at all; or it lets it through.
 */
export type Upgrades = 'strip' | 'cut' | 'hang' | 'allow';

/** A reverse proxy in front of a hub on this machine. */
export class Proxy {
  /** WebSockets that were tried. */
  tried = 0;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly hubPort: number,
    public upgrades: Upgrades,
  ) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(hubPort: number, upgrades: Upgrades): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server, hubPort, upgrades);
    server.on('request', (incoming, response) => {
      proxy.#forward(incoming, (answer) => {
        response.writeHead(answer?.statusCode ?? 502, answer?.headers);
        if (answer === undefined) response.end();
        else answer.pipe(response);
      });
    });
    server.on('upgrade', (incoming, socket: Socket, head) => proxy.#upgrade(incoming, socket, head));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  /** @param then gets nothing when the hub is not there */
  #forward(incoming: IncomingMessage, then: (answer?: IncomingMessage) => void): void {
    const { method, url: path, headers } = incoming;
    const { upgrade: _upgrade, connection: _connection, ...others } = headers;
    const onwards = request({ host: '127.0.0.1', port: this.hubPort, method, path, headers: others }, then);
    onwards.on('error', () => then());
    incoming.on('close', () => incoming.complete || onwards.destroy());
    incoming.pipe(onwards);
  }

  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    this.tried += 1;
    socket.on('error', () => socket.destroy());
    if (this.upgrades === 'cut') return void socket.destroy();
    if (this.upgrades === 'hang') return;
    if (this.upgrades === 'strip') {
      this.#forward(incoming, (answer) => {
        socket.end(`HTTP/1.1 ${answer?.statusCode ?? 502} no\r\nContent-Length: 0\r\n\r\n`);
      });
      return;
    }
    const hub = connect(this.hubPort, '127.0.0.1');
    const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
    hub.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    hub.write(head);
    for (const end of [hub, socket]) {
      end.on('error', () => end.destroy());
      end.on('close', () => (hub.destroy(), socket.destroy()));
    }
    hub.pipe(socket).pipe(hub);
  }
}
