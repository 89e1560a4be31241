import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { HUB_EVENTS } from '../../events/hub-events.js';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';
import { Outbox } from '../outbox/outbox.js';
import { Deliverer, type Outcome } from './deliverer.js';
import { DeliveryStore } from './delivery-store.js';
import type { StoredDelivery } from './delivery.schema.js';
import { Lane } from './lane.js';
import { Ways } from './ways.js';

interface Done {
  lane: Lane;
  delivery: StoredDelivery;
  outcome: Outcome;
}

/**
 * Takes deliveries out of the outbox. Each lane has its own pace, and takes only what it has room for, so that one
 * that hangs holds up nothing but itself. A target gets one message after the other.
 */
@Injectable()
export class DeliveryWorker implements BeforeApplicationShutdown {
  readonly #warnings = new RepeatedWarnings(new Logger(DeliveryWorker.name));
  readonly #lanes = new Map<string, Lane>();
  readonly #underWay = new Set<Promise<void>>();
  /** What became of deliveries that MongoDB did not take yet; their targets stay busy, so that nothing is sent twice. */
  readonly #unwritten = new Set<Done>();
  #looking = false;
  #lookAgain = false;
  #stopping = false;

  constructor(
    private readonly store: DeliveryStore,
    private readonly deliverer: Deliverer,
    private readonly outbox: Outbox,
    private readonly ways: Ways,
  ) {}

  /** What is on its way gets there; the rest is there for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#underWay);
  }

  /** Called when there is something new, and every second for what is to be tried again. */
  @OnEvent(HUB_EVENTS.outboxFilled)
  look(): void {
    if (this.#looking) this.#lookAgain = true;
    else void this.#look();
  }

  async settleForgotten(now: number): Promise<void> {
    await this.outbox.settleForgotten(now).catch((error: Error) => {
      this.#warnings.warn('What became of notifications could not be summed up', error.message, now);
    });
  }

  async #look(): Promise<void> {
    this.#looking = true;
    try {
      do {
        this.#lookAgain = false;
        for (const done of [...this.#unwritten])
          if (this.#unwritten.delete(done)) this.#track(this.#write(done));
        for (const name of await this.store.dueLanes(Date.now())) await this.#fill(name);
      } while (this.#lookAgain && !this.#stopping);
    } catch (error) {
      this.#warnings.warn('Notifications wait for MongoDB', String(error), Date.now());
    } finally {
      this.#looking = false;
    }
  }

  async #fill(name: string): Promise<void> {
    const lane = this.#lane(name);
    const free = lane.free(Date.now());
    if (free <= 0 || this.#stopping) return;
    for (const delivery of await this.store.claim(name, free, [...lane.busy], Date.now())) {
      lane.start(delivery.target, Date.now());
      this.#track(this.#deliver(lane, delivery));
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #deliver(lane: Lane, delivery: StoredDelivery): Promise<void> {
    try {
      await this.#write({ lane, delivery, outcome: await this.deliverer.deliver(delivery) });
    } catch (error) {
      // Nothing was sent: when its lease is over it is due again.
      this.#warnings.warn('Notifications wait for MongoDB', String(error), Date.now());
      lane.end(delivery.target);
    }
  }

  async #write(done: Done): Promise<void> {
    const { lane, delivery, outcome } = done;
    const { pauseUntil, ...result } = outcome;
    if (pauseUntil !== undefined) lane.pause(pauseUntil);
    try {
      await this.store.finish(delivery, result);
    } catch (error) {
      this.#warnings.warn('What became of notifications waits to be written', String(error), Date.now());
      this.#unwritten.add(done);
      return;
    }
    lane.end(delivery.target);
    await this.outbox.settle(delivery, Date.now()).catch((error: Error) => {
      this.#warnings.warn('What became of notifications could not be summed up', error.message, Date.now());
    });
    this.look();
  }

  #lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new Lane(this.ways.paceOf(name));
      this.#lanes.set(name, lane);
    }
    return lane;
  }
}
