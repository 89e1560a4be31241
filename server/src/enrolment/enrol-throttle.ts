import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../auth/network.js';
import { TooManyAttempts } from '../auth/too-many-attempts.js';

const WINDOW_S = 15 * 60;
/** Unknown tokens from one network. */
export const GUESSES_PER_NETWORK = 30;

/**
 * Ends the guessing of enrolment tokens. Only tokens that nobody made count: a hundred hosts of one
 * network may enrol at once, and one that comes too late must not lock the others out.
 */
@Injectable()
export class EnrolThrottle {
  readonly #networks = new RateLimiterMemory({ points: GUESSES_PER_NETWORK, duration: WINDOW_S });

  /** @throws TooManyAttempts */
  async check(address: string): Promise<void> {
    const spent = await this.#networks.get(networkOf(address));
    if (spent === null || spent.consumedPoints < GUESSES_PER_NETWORK) return;
    throw new TooManyAttempts(Math.max(1, Math.ceil(spent.msBeforeNext / 1_000)));
  }

  async guessed(address: string): Promise<void> {
    await this.#networks.penalty(networkOf(address));
  }
}
