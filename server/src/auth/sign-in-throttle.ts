import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from './network.js';
import { TooManyAttempts } from './too-many-attempts.js';

const WINDOW_S = 15 * 60;
/** Failures from one network, whatever the account. */
export const FAILURES_PER_NETWORK = 30;
/** Failures for one account, from all networks that it never signed in from. */
export const FAILURES_PER_ACCOUNT = 10;
/** How many pairs of account and network are remembered. */
const FAMILIAR = 10_000;

/**
 * Slows down guessing of passwords. Attempts are counted by network, which stops one attacker, and by
 * account, which stops many that share the work. A network that an account has signed in from is counted
 * apart from all others, so that whoever guesses from elsewhere does not lock its owner out.
 *
 * An attempt counts before its password is looked at: many at once cannot slip through together, and what
 * is refused costs no hashing.
 */
@Injectable()
export class SignInThrottle {
  readonly #networks = new RateLimiterMemory({ points: FAILURES_PER_NETWORK, duration: WINDOW_S });
  readonly #accounts = new RateLimiterMemory({ points: FAILURES_PER_ACCOUNT, duration: WINDOW_S });
  /** In the order in which they were last seen. */
  readonly #familiar = new Set<string>();

  /** @throws TooManyAttempts */
  async attempt(address: string, email?: string): Promise<void> {
    const network = networkOf(address);
    await consume(this.#networks, network);
    if (email !== undefined) await consume(this.#accounts, this.#account(email, network));
  }

  /** The attempt was none to count. */
  async succeeded(address: string, email: string): Promise<void> {
    const network = networkOf(address);
    await this.#networks.reward(network);
    await this.#accounts.delete(this.#account(email, network));
    this.#remember(`${email.toLowerCase()} ${network}`);
  }

  #account(email: string, network: string): string {
    const account = email.toLowerCase();
    const pair = `${account} ${network}`;
    return this.#familiar.has(pair) ? pair : account;
  }

  #remember(pair: string): void {
    this.#familiar.delete(pair);
    this.#familiar.add(pair);
    const [oldest] = this.#familiar;
    if (this.#familiar.size > FAMILIAR && oldest !== undefined) this.#familiar.delete(oldest);
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new TooManyAttempts(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
  }
}
