import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import webpush from 'web-push';
import { Config } from '../../config/config.js';

export interface VapidPair {
  publicKey: string;
  privateKey: string;
}

/**
 * The key by which push services know this hub (RFC 8292). Made once, and kept in a file that only the hub reads, not
 * in the database: with a copy of it somebody else could push to everybody's devices. With another key every device
 * has to subscribe again, which the app does at its next start.
 */
@Injectable()
export class VapidKeys {
  #pair?: Promise<VapidPair>;

  constructor(private readonly config: Config) {}

  /** @throws when the file can neither be read nor made */
  pair(): Promise<VapidPair> {
    this.#pair ??= this.#find().catch((error: Error) => {
      this.#pair = undefined;
      throw error;
    });
    return this.#pair;
  }

  /** Whom a push service can write to: an https address or `mailto:`. */
  subject(email: string): string {
    const { pushContact, publicUrl } = this.config;
    return pushContact ?? (publicUrl.startsWith('https:') ? publicUrl : `mailto:${email}`);
  }

  async #find(): Promise<VapidPair> {
    const { vapidPublicKey: publicKey, vapidPrivateKey: privateKey, dataDir } = this.config;
    if (publicKey !== undefined && privateKey !== undefined) return { publicKey, privateKey };
    const file = join(dataDir, 'vapid.json');
    return (await read(file)) ?? this.#make(file);
  }

  async #make(file: string): Promise<VapidPair> {
    const pair = webpush.generateVAPIDKeys();
    await mkdir(this.config.dataDir, { recursive: true });
    const own = `${file}.${process.pid}`;
    await writeFile(own, JSON.stringify(pair), { mode: 0o600 });
    await chmod(own, 0o600);
    // Whole or not at all, and of two hubs that start together one wins.
    await link(own, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(own);
    return (await read(file)) ?? pair;
  }
}

async function read(file: string): Promise<VapidPair | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as VapidPair;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
