import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, Program } from './program.js';

interface Ready {
  type: 'ready';
  url: string;
  setupUrl?: string;
}

/** A hub with its own port, data folder and embedded MongoDB; these outlive the process until `remove`. */
export class Hub {
  #program?: Program;
  #ready?: Promise<Ready>;
  #setupUrl?: string;

  private constructor(
    readonly url: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly dataDir: string,
  ) {}

  /**
   * @param host address to listen on
   * @param settings further variables of its environment
   */
  static async start(host = '127.0.0.1', settings: NodeJS.ProcessEnv = {}): Promise<Hub> {
    const hub = await Hub.prepare(host, settings);
    await hub.start();
    return hub;
  }

  /** One that was never started. */
  static async prepare(host = '127.0.0.1', settings: NodeJS.ProcessEnv = {}): Promise<Hub> {
    const dataDir = settings.TOCSIN_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'tocsin-e2e-')));
    const port = await freePort(host);
    const env = {
      ...{ HOST: host, PORT: String(port), TOCSIN_DATA_DIR: dataDir },
      ...{ MONGODB_URI: '', TOCSIN_PUBLIC_URL: '', TOCSIN_LOG_PRETTY: '', LOG_LEVEL: 'info' },
      ...settings,
    };
    return new Hub(`http://${host}:${port}`, env, dataDir);
  }

  /** Runs `tocsin-hub` beside the hub, or without it. */
  async command(...args: string[]): Promise<Ended & { output: string }> {
    const program = new Program('tocsin-hub', 'server/bin/tocsin-hub.js', args, this.env);
    return { ...(await program.ended), output: program.output };
  }

  /** Starts the process, again with the same data, and waits until it is ready. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
  }

  /** Starts the process without waiting for it. */
  launch(): void {
    this.#program = new Program('the hub', 'server/dist/main.js', [], this.env);
    this.#ready = this.#program.message<Ready>('ready');
    // A test may end a hub that nobody waits for.
    this.#ready.catch(() => undefined);
  }

  /** Rejects with what the hub printed when it ends first. */
  async ready(): Promise<void> {
    this.#setupUrl = (await this.#ready!).setupUrl;
  }

  /** Link to the set-up of the first account, as printed at a first start. */
  get setupUrl(): string {
    if (!this.#setupUrl) throw new Error('this hub is set up already');
    return this.#setupUrl;
  }

  get output(): string {
    return this.#program?.output ?? '';
  }

  get pid(): number {
    return this.#program!.pid;
  }

  kill(): Promise<Ended> {
    return this.#program!.stop('SIGKILL');
  }

  /** Asks the hub to finish what it has begun and to end. */
  stop(): Promise<Ended> {
    return this.#program!.stop();
  }

  /** Process id of the embedded MongoDB. */
  async mongodPid(): Promise<number> {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const [, name, parent] = /^\d+ \((.*)\) \S+ (\d+)/.exec(stat) ?? [];
      if (name === 'mongod' && Number(parent) === this.#program!.pid) return Number(pid);
    }
    throw new Error('the hub has no mongod of its own');
  }

  /** Where the embedded MongoDB can be reached while the hub runs. */
  async mongodbUrl(): Promise<string> {
    const text = await readFile(join(this.dataDir, 'mongodb.json'), 'utf8');
    const { port } = JSON.parse(text) as { port: number };
    return `mongodb://127.0.0.1:${port}/tocsin?directConnection=true`;
  }

  /** Ends the hub and deletes its data. */
  async remove(): Promise<void> {
    if (this.#program !== undefined) await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
