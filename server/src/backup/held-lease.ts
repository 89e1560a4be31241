import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { Leases } from '../database/leases.js';

/** One that was killed holds up the next for so long, in ms. */
const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 250;

/** A lease of the command line, renewed until it is let go. */
export class HeldLease {
  #lost = false;
  readonly #renewal: NodeJS.Timeout;

  private constructor(
    private readonly leases: Leases,
    private readonly name: string,
  ) {
    this.#renewal = setInterval(() => void this.#renew(), LEASE_MS / 4);
  }

  /** Undefined when another one has it and lives: one that was killed is waited for. */
  static async take(connection: Connection, name: string): Promise<HeldLease | undefined> {
    const leases = new Leases(connection);
    for (const until = Date.now() + 1.5 * LEASE_MS; Date.now() < until; await sleep(LOOK_EVERY_MS)) {
      if (await leases.hold(name, LEASE_MS)) return new HeldLease(leases, name);
    }
    return undefined;
  }

  /** @throws when another one has taken it, because this one hung */
  async check(): Promise<void> {
    if (this.#lost || !(await this.leases.hold(this.name, LEASE_MS)))
      throw new Error(`it hung for so long that another ${this.name} began; it changed nothing since`);
  }

  async release(): Promise<void> {
    clearInterval(this.#renewal);
    await this.leases.release(this.name);
  }

  async #renew(): Promise<void> {
    // MongoDB that is away for a moment is no loss; the next renewal tells.
    this.#lost ||= !(await this.leases.hold(this.name, LEASE_MS).catch(() => true));
  }
}
