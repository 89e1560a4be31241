import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import type { Logger } from '../logging/logger.js';
import type { AgentStatus } from './status.js';

const FILE = 'status.sock';
/** Where the package's service has it. */
export const SERVICE_SOCKET = `/run/tocsin-agent/${FILE}`;
export const statusSocketIn = (folder: string): string => join(folder, FILE);

/** Where an agent listens: in the folder that systemd made for it, else in its own. */
export function ownStatusSocket(
  { RUNTIME_DIRECTORY }: NodeJS.ProcessEnv,
  stateDir: string | undefined,
): string | undefined {
  const folder = RUNTIME_DIRECTORY?.split(':')[0] || stateDir;
  return folder === undefined ? undefined : statusSocketIn(folder);
}

/** Answers whoever connects to a socket in the file system with one JSON document. */
export class StatusSocket {
  readonly #server: Server;

  constructor(
    private readonly path: string,
    read: () => Promise<AgentStatus>,
    private readonly log: Logger,
  ) {
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      read().then(
        (status) => socket.end(`${JSON.stringify(status)}\n`),
        () => socket.destroy(),
      );
    });
  }

  /** Never throws: an agent that cannot be asked still reports. */
  async start(): Promise<void> {
    try {
      if (await answers(this.path)) throw new Error('another agent answers there');
      // What a killed agent has left behind.
      rmSync(this.path, { force: true });
      mkdirSync(dirname(this.path), { recursive: true });
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen(this.path, resolve);
      });
      chmodSync(this.path, 0o660);
      this.#server.unref();
    } catch (error) {
      this.log.warn(`status cannot be asked for in ${this.path}: ${(error as Error).message}`);
    }
  }

  stop(): void {
    if (this.#server.listening) this.#server.close();
  }
}

/** Asks the agent that listens there. @throws with the reason as `code` when nobody does */
export function askStatus(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path);
    socket.setTimeout(5_000, () => socket.destroy(new Error('the agent does not answer')));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('error', reject);
    socket.on('end', () => resolve(text));
  });
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
  });
