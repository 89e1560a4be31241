import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the address of a socket may hold, in bytes. */
const PATH_BYTES = 107;
/** Two that find a stale lock in the same moment have both put up theirs after so many ms. */
const SETTLE_MS = 100;

/**
 * A folder is one process's. The lock is a socket in it on which the holder listens: it ends with the
 * process however that ends, and it is seen from other containers that share the folder, where a process
 * id would say nothing.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly inode: number,
    private readonly server: Server,
  ) {}

  /** Nothing when another process has it. @throws where no socket can be made */
  static async take(folder: string): Promise<FolderLock | undefined> {
    const path = join(folder, 'lock');
    const own = join(folder, `lock-${randomBytes(4).toString('hex')}`);
    if (Buffer.byteLength(own) > PATH_BYTES) throw new Error('its path is too long for a socket');
    if (await isHeld(path)) return undefined;
    const server = await listen(own);
    try {
      const { ino } = await stat(own);
      await rename(own, path);
      const lock = new FolderLock(path, ino, server);
      await delay(SETTLE_MS);
      if (await lock.#isMine()) return lock;
    } catch (error) {
      await rm(own, { force: true }).catch(() => undefined);
      server.close();
      throw error;
    }
    server.close();
    return undefined;
  }

  async release(): Promise<void> {
    if (await this.#isMine().catch(() => false)) await rm(this.path, { force: true });
    this.server.close();
  }

  async #isMine(): Promise<boolean> {
    return (await stat(this.path)).ino === this.inode;
  }
}

/** Whether somebody listens there; a socket whose process has ended refuses. */
function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(false);
      // So many wait already that it takes no more.
      else if (code === 'EAGAIN') resolve(true);
      else reject(new Error(message));
    });
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => resolve(server.unref()));
  });
}
