import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

const STOPS_WITHIN_MS = 30_000;
const COMPLAINT_LENGTH = 500;

export interface MongodSettings {
  binary: string;
  dbPath: string;
  port: number;
  replicaSet: string;
}

/** One run of a `mongod`, from spawn to exit. */
export class MongodProcess {
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  #alive = true;
  #complaint = '';

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#alive = false;
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        this.#complaint = error.message;
        end();
      });
    });
    createInterface({ input: child.stdout! }).on('line', (line) => this.#read(line));
  }

  static async spawn(settings: MongodSettings): Promise<MongodProcess> {
    const [program, ...args] = await diesWithParent(mongodCommand(settings));
    return new MongodProcess(spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] }));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** The first error that MongoDB logged: those that follow are of its ending. */
  get complaint(): string {
    return this.#complaint;
  }

  /** Lets MongoDB write what it has in memory and end. */
  async stop(): Promise<void> {
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), STOPS_WITHIN_MS);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(overdue);
  }

  #read(line: string): void {
    this.#complaint ||= complaintIn(line);
  }
}

/** Of a line of MongoDB's log, which is JSON, what it says of an error; empty when it is none. */
function complaintIn(line: string): string {
  if (!/"s":"[EF]"/.test(line)) return '';
  const { msg, attr } = JSON.parse(line) as { msg: string; attr?: object };
  return `${msg} ${JSON.stringify(attr ?? {})}`.slice(0, COMPLAINT_LENGTH);
}

export type Command = [program: string, ...args: string[]];

export function mongodCommand({ binary, dbPath, port, replicaSet }: MongodSettings): Command {
  const options = [
    ['--dbpath', dbPath],
    ['--port', String(port)],
    ['--bind_ip', '127.0.0.1'],
    // A socket file in /tmp that another user left there would stop the start.
    ['--nounixsocket'],
    ['--replSet', replicaSet],
    // MongoDB's own choices are for a machine that does nothing else: half its memory, 5 % of its disk.
    ['--wiredTigerCacheSizeGB', '0.5'],
    ['--oplogSize', '256'],
    ['--noscripting'],
    ['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // There is no other member to hand over to, so nothing to wait for.
    ['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
  ];
  return [binary, ...options.flat()];
}

/** Where the system offers it, the kernel ends `mongod` when the hub dies, however it dies. */
export async function diesWithParent(command: Command): Promise<Command> {
  const wrapper: Command = ['setpriv', '--pdeathsig', 'TERM', '--'];
  try {
    await run('setpriv', [...wrapper.slice(1), 'true']);
    return [...wrapper, ...command];
  } catch {
    return command;
  }
}
