import { existsSync } from 'node:fs';
import type { ContainerReading } from '@tocsin/shared';
import { addressText, type EngineAddress } from './engine-address.js';
import { EngineSession, type SessionOptions } from './engine-session.js';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** An engine that may be there. */
export interface EngineSetting {
  /** What it is called until it says so itself. */
  label: string;
  address: EngineAddress;
  /** A person named it: that it cannot be read is a failure from the beginning. */
  asked: boolean;
  /**
   * There while the engine runs. A socket may belong to systemd, which starts the engine for whoever
   * connects: one that was stopped must stay so.
   */
  pidFile?: string;
}

export interface EngineOptions extends SessionOptions {
  /** Told once what a person could do to have containers reported. */
  onHint: (line: string) => void;
}

/** The connection to one engine: made when the engine is there, and made again when it was lost. */
export class Engine {
  #session: EngineSession | undefined;
  #opening: Promise<void> | undefined;
  #failure: string | undefined;
  #retryMs = FIRST_RETRY_MS;
  #nextTry = -Infinity;
  /** It was there before: that it is away is worth a word. */
  #missed: boolean;
  #hasPidFile = false;
  #hinted = false;
  #closed = false;

  constructor(
    private readonly setting: EngineSetting,
    private readonly options: EngineOptions,
  ) {
    this.#missed = setting.asked;
  }

  /** By the containers' ids; undefined while there is no connection. */
  get readings(): Map<string, ContainerReading> | undefined {
    return this.#session?.readings;
  }

  /** What it is called in frames. */
  get name(): string {
    return this.#session?.product ?? this.setting.label;
  }

  /** Why there is nothing to report, where somebody expects it. */
  get failure(): string | undefined {
    if (this.#session !== undefined || !this.#missed) return undefined;
    return `${this.setting.label}: ${this.#failure ?? 'has not answered yet'}`;
  }

  /** Connects when it is time. @param now monotonic ms. @returns what is worth waiting for a moment */
  tick(now: number): Promise<void> | undefined {
    if (this.#session?.ended !== undefined) this.#lost(this.#session.ended, now);
    this.#session?.age(now);
    if (this.#session !== undefined || this.#opening !== undefined || now < this.#nextTry) return undefined;
    if (this.#hasPidFile && !existsSync(this.setting.pidFile!)) {
      this.#failure = 'was stopped';
      return undefined;
    }
    const first = this.#nextTry === -Infinity;
    this.#nextTry = now + this.#retryMs;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
    this.#opening = this.#open(now).finally(() => (this.#opening = undefined));
    return first ? this.#opening : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#session?.close();
  }

  async #open(now: number): Promise<void> {
    const { address, pidFile } = this.setting;
    try {
      const session = await EngineSession.open(address, this.options);
      if (this.#closed) return session.close();
      this.#session = session;
      this.#missed = true;
      this.#hasPidFile = pidFile !== undefined && existsSync(pidFile);
      this.#retryMs = FIRST_RETRY_MS;
      session.age(now);
    } catch (error) {
      this.#failure = reason(error as NodeJS.ErrnoException, addressText(address));
      if ((error as NodeJS.ErrnoException).code === 'EACCES' && !this.#missed) this.#hint();
    }
  }

  #lost(why: string, now: number): void {
    this.#session = undefined;
    this.#failure = why;
    this.#nextTry = now + this.#retryMs;
  }

  #hint(): void {
    if (this.#hinted) return;
    this.#hinted = true;
    const { label, address } = this.setting;
    this.options.onHint(
      `${label} is there, but this user may not open ${addressText(address)}: its containers are not reported`,
    );
  }
}

function reason(error: NodeJS.ErrnoException, where: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `there is no ${where}`;
    case 'EACCES':
      return `this user may not open ${where}`;
    case 'ECONNREFUSED':
      return `nothing listens at ${where}`;
    default:
      return error.message;
  }
}
