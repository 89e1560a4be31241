import { setTimeout as delay } from 'node:timers/promises';
import type { Enrolled } from '@tocsin/shared';
import { NewKeyFile } from '../config/key-file.js';
import { enrol, EnrolError } from '../transport/enrol.js';
import { Backoff } from '../transport/backoff.js';
import type { Logger } from '../logging/logger.js';

/** Somebody has to make a new token before there is a point in asking again; in ms. */
const LASTING_RETRY_MS = 5 * 60_000;

export interface Enrolment {
  hub: string;
  token: string;
  name: string;
  /** Where the key is kept. */
  keyFile: string;
}

/** An agent with a token that gets its own key, and does not give up until it has. */
export class SelfEnrolment {
  #trouble: string | undefined;

  constructor(
    private readonly enrolment: Enrolment,
    private readonly log: Logger,
    private readonly backoff = new Backoff(),
  ) {}

  /** Why it has no key yet. */
  get trouble(): string {
    return this.#trouble ?? 'this host enrols';
  }

  /** Settles with the key, once it is stored. */
  async run(): Promise<string> {
    for (;;) {
      const result = await this.#attempt();
      if ('key' in result) return result.key;
      if (result.trouble !== this.#trouble) this.log.warn(`not enrolled: ${result.trouble}; trying again`);
      this.#trouble = result.trouble;
      await delay(this.backoff.next(result.lasting ? LASTING_RETRY_MS : 0));
    }
  }

  async #attempt(): Promise<{ key: string } | { trouble: string; lasting: boolean }> {
    const { hub, token, name, keyFile } = this.enrolment;
    let file: NewKeyFile;
    try {
      file = new NewKeyFile(keyFile);
    } catch (error) {
      // The token is not to be spent on a key that cannot be kept.
      return { trouble: `no key can be stored in ${keyFile}: ${(error as Error).message}`, lasting: false };
    }
    let enrolled: Enrolled;
    try {
      enrolled = await enrol(hub, { token, name });
    } catch (error) {
      file.abandon();
      if (!(error instanceof EnrolError)) throw error;
      return { trouble: error.message, lasting: error.lasting };
    }
    try {
      file.store(enrolled.key);
      this.log.info(`enrolled as ${enrolled.name}; the key is in ${keyFile}`);
    } catch (error) {
      this.log.error(
        `enrolled as ${enrolled.name}, but only until the next start: ${(error as Error).message}`,
      );
    }
    return { key: enrolled.key };
  }
}
