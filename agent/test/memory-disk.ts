import { join } from 'node:path';
import type { Disk, GrowingFile, Lock } from '../src/frame/spool/disk.js';

interface Content {
  bytes: Buffer;
  /** Up to where it survives a power cut. */
  safe: number;
  changedAt: number;
}

export const diskError = (code: string): Error =>
  Object.assign(new Error(`${code}: as a test wants it`), { code });

/** A disk in memory that fills up, breaks, hangs and loses power as a test tells it. */
export class MemoryDisk implements Disk {
  readonly files = new Map<string, Content>();
  /** What can still be written, in bytes. */
  room = Infinity;
  /** Code of the error that everything fails with, as far as it changes something. */
  broken: string | undefined;
  /** Code of the error that reading fails with. */
  unreadable: string | undefined;
  /** Nothing is answered until this settles. */
  hanging: Promise<void> | undefined;
  locked = false;
  /** Operations that reached it, in order. */
  readonly done: string[] = [];

  async makeFolder(): Promise<void> {
    await this.#change('makeFolder');
  }

  async lock(): Promise<Lock | undefined> {
    await this.#change('lock');
    if (this.locked) return undefined;
    this.locked = true;
    return { release: async () => void (this.locked = false) };
  }

  async list(): Promise<{ name: string; bytes: number; changedAt: number }[]> {
    await this.#answer('list');
    if (this.unreadable) throw diskError(this.unreadable);
    return Array.from(this.files, ([path, { bytes, changedAt }]) => ({
      name: path.slice(path.lastIndexOf('/') + 1),
      bytes: bytes.length,
      changedAt,
    }));
  }

  async create(folder: string, name: string): Promise<GrowingFile> {
    await this.#change('create');
    const path = join(folder, name);
    if (this.files.has(path)) throw diskError('EEXIST');
    const content = { bytes: Buffer.alloc(0), safe: 0, changedAt: Date.now() };
    this.files.set(path, content);
    return {
      append: async (bytes) => {
        await this.#change('append');
        const written = bytes.subarray(0, this.room);
        this.room -= written.length;
        content.bytes = Buffer.concat([content.bytes, written]);
        content.changedAt = Date.now();
        if (written.length < bytes.length) throw diskError('ENOSPC');
      },
      sync: async () => {
        await this.#change('sync');
        content.safe = content.bytes.length;
      },
      close: () => this.#answer('close'),
    };
  }

  async read(folder: string, name: string, from: number, into: Buffer): Promise<number> {
    await this.#answer('read');
    if (this.unreadable) throw diskError(this.unreadable);
    const content = this.files.get(join(folder, name));
    if (content === undefined) throw diskError('ENOENT');
    return content.bytes.copy(into, 0, from);
  }

  async remove(folder: string, name: string): Promise<void> {
    await this.#change('remove');
    this.files.delete(join(folder, name));
  }

  async free(): Promise<number> {
    await this.#change('free');
    return this.room;
  }

  /** The power goes: of what was not made safe, some is there and some is not. @param share from 0 to 1 */
  powerCut(share: number): void {
    for (const [path, content] of this.files) {
      const { bytes, safe } = content;
      content.bytes = bytes.subarray(0, safe + Math.floor((bytes.length - safe) * share));
      if (content.bytes.length === 0 && share < 0.5) this.files.delete(path);
    }
  }

  async #change(operation: string): Promise<void> {
    await this.#answer(operation);
    if (this.broken) throw diskError(this.broken);
  }

  async #answer(operation: string): Promise<void> {
    await this.hanging;
    this.done.push(operation);
  }
}
