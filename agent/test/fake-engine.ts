import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A container in the words of the engine's list. */
export interface FakeContainer {
  name: string;
  state?: string;
  /** What only the list says, such as `Up 2 hours (healthy)`. */
  status?: string;
  pid?: number;
  network?: string;
  health?: string;
  /** Nanoseconds and bytes that it says of itself when it is asked. */
  stats?: { cpu: number; memory: number; at: number };
}

/** The few answers of Docker and Podman that the agent reads, at a socket. */
export class FakeEngine {
  readonly requests: string[] = [];
  readonly containers = new Map<string, FakeContainer>();
  /** Takes requests and does not answer them. */
  hangs = false;
  /** What a proxy in front keeps back. */
  refuses: RegExp | undefined;
  refusal = 403;
  /** What it lists instead of its containers. */
  lists: unknown[] | undefined;
  readonly #followers = new Set<ServerResponse>();

  private constructor(
    private readonly server: Server,
    private readonly product: string,
  ) {
    server.on('request', (request, response) => this.#answer(request, response));
  }

  static async start(socket: string, product = 'Docker/20.10.24 (linux)'): Promise<FakeEngine> {
    const server = createServer();
    const engine = new FakeEngine(server, product);
    server.listen(socket);
    await once(server, 'listening');
    return engine;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get followed(): boolean {
    return this.#followers.size > 0;
  }

  /** Changes a container, or takes it away, and says so. */
  event(action: string, id: string, container?: FakeContainer): void {
    if (container === undefined) this.containers.delete(id);
    else this.containers.set(id, container);
    const event = { status: action, id, Type: 'container', Action: action, Actor: { ID: id } };
    for (const follower of this.#followers) follower.write(`${JSON.stringify(event)}\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://localhost');
    this.requests.push(url.pathname);
    if (this.hangs) return;
    response.setHeader('Server', this.product);
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    if (this.refuses?.test(url.pathname)) return void json({ message: 'forbidden' }, this.refusal);

    if (url.pathname === '/events') {
      this.#followers.add(response);
      response.on('close', () => this.#followers.delete(response));
      response.flushHeaders();
      return;
    }
    if (url.pathname === '/containers/json') {
      const listed = [...this.containers].map(([id, container]) => entryOf(id, container));
      return void json(this.lists ?? listed);
    }
    const [, id = '', what] = /^\/containers\/(.*)\/(json|stats)$/.exec(url.pathname) ?? [];
    const container = this.containers.get(id);
    if (container === undefined) return void json({ message: `No such container: ${id}` }, 404);
    json(what === 'json' ? inspectionOf(id, container) : statsOf(container));
  }
}

const entryOf = (id: string, { name, state = 'running', status = 'Up 2 minutes' }: FakeContainer) => ({
  ...{ Id: id, Names: [`/${name}`], Image: 'app:1', State: state, Status: status },
});

const inspectionOf = (
  id: string,
  { name, state = 'running', pid = 0, network = 'bridge', health }: FakeContainer,
) => ({
  ...{ Id: id, Name: `/${name}`, Config: { Image: 'app:1' } },
  State: { Status: state, Pid: pid, ...(health !== undefined && { Health: { Status: health } }) },
  HostConfig: { NetworkMode: network },
});

const statsOf = ({ stats }: FakeContainer) => ({
  read: new Date(stats?.at ?? 0).toISOString(),
  cpu_stats: { cpu_usage: { total_usage: stats?.cpu } },
  memory_stats: { usage: stats?.memory, stats: { inactive_file: 0 } },
});
