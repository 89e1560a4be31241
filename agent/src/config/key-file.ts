import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The user that the package makes for the agent. */
const AGENT_USER = 'tocsin-agent';

const LONGEST_KEY = 128;

/** A file that is going to hold a key, and is written as a whole or not at all. */
export class NewKeyFile {
  readonly #draft: string;
  readonly #file: number;

  /**
   * Makes sure that a key can be stored here, before one is asked for. @throws when it cannot
   */
  constructor(readonly path: string) {
    this.#draft = `${path}.new`;
    mkdirSync(dirname(path), { recursive: true });
    rmSync(this.#draft, { force: true });
    // Never a file that somebody else has put there.
    this.#file = openSync(this.#draft, 'wx', 0o600);
    // A disk that is full says so now.
    writeSync(this.#file, ' '.repeat(LONGEST_KEY));
    fsyncSync(this.#file);
  }

  /** @param owner who shall be able to read it; else it belongs to this user */
  store(key: string, owner?: Owner): void {
    ftruncateSync(this.#file);
    writeSync(this.#file, `${key}\n`, 0);
    if (owner) fchownSync(this.#file, owner.uid, owner.gid);
    fsyncSync(this.#file);
    closeSync(this.#file);
    renameSync(this.#draft, this.path);
    syncFolder(dirname(this.path));
  }

  /** There is no key after all. */
  abandon(): void {
    closeSync(this.#file);
    rmSync(this.#draft, { force: true });
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export interface Owner {
  uid: number;
  gid: number;
}

/** The user that the agent runs as, where root may give a file to it and there is such a user. */
export function agentUser(passwd = '/etc/passwd', isRoot = process.getuid?.() === 0): Owner | undefined {
  if (!isRoot || !existsSync(passwd)) return undefined;
  const line = readFileSync(passwd, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${AGENT_USER}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
