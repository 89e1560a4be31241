import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FolderLock } from './folder-lock.js';

export interface FileOnDisk {
  name: string;
  bytes: number;
  /** When it was last written, UTC ms. */
  changedAt: number;
}

/** A new file that grows at its end. */
export interface GrowingFile {
  /** Rejects when not all of it was written; then what the file ends with is unknown. */
  append: (bytes: Buffer) => Promise<void>;
  /** Settles when what was appended survives a power cut. */
  sync: () => Promise<void>;
  close: () => Promise<void>;
}

export interface Lock {
  release: () => Promise<void>;
}

/** What the spool needs of a file system. Every part may reject with the error of the system call. */
export interface Disk {
  makeFolder: (path: string) => Promise<void>;
  /** Makes the folder this process's, until it ends; nothing when it is another's. */
  lock: (folder: string) => Promise<Lock | undefined>;
  list: (folder: string) => Promise<FileOnDisk[]>;
  /** @param name of a file that is not there yet */
  create: (folder: string, name: string) => Promise<GrowingFile>;
  /** Fills the buffer from this place of the file on. @returns how many bytes; fewer at the end of the file */
  read: (folder: string, name: string, from: number, into: Buffer) => Promise<number>;
  /** Passes over a file that is not there. */
  remove: (folder: string, name: string) => Promise<void>;
  /** Rejects when the folder cannot be written to. Bytes that are free to this process. Touches no disk. */
  free: (folder: string) => Promise<number>;
}

/** Only the agent's own user sees what it keeps. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** The file system of this host. Nothing here runs on the main thread: a disk that hangs stops no frame. */
export const hostDisk: Disk = {
  makeFolder: async (path) => {
    try {
      await mkdir(path, { mode: FOLDER_MODE });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') await mkdir(path, { recursive: true, mode: FOLDER_MODE });
      else if (code !== 'EEXIST') throw error;
    }
  },

  lock: (folder) => FolderLock.take(folder),

  list: async (folder) => {
    const files: FileOnDisk[] = [];
    for (const name of await readdir(folder)) {
      const { size, mtimeMs } = await stat(join(folder, name));
      files.push({ name, bytes: size, changedAt: mtimeMs });
    }
    return files;
  },

  create: async (folder, name) => {
    const file = await open(join(folder, name), 'wx', FILE_MODE);
    let length = 0;
    let nameIsSafe = false;
    return {
      append: async (bytes) => {
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await file.write(bytes, at, bytes.length - at, length);
          at += bytesWritten;
          length += bytesWritten;
        }
      },
      sync: async () => {
        await file.datasync();
        if (nameIsSafe) return;
        await syncFolder(folder);
        nameIsSafe = true;
      },
      close: () => file.close(),
    };
  },

  read: async (folder, name, from, into) => {
    const file = await open(join(folder, name));
    try {
      return (await file.read(into, 0, into.length, from)).bytesRead;
    } finally {
      await file.close();
    }
  },

  remove: (folder, name) => rm(join(folder, name), { force: true }),

  free: async (folder) => {
    await access(folder, constants.W_OK);
    const { bsize, bavail, bfree, blocks } = await statfs(folder);
    // Some file systems cannot tell.
    return blocks === 0 ? Infinity : bsize * (process.geteuid?.() === 0 ? bfree : bavail);
  },
};

/** A new file is in its folder for good only when the folder itself was written. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
