import { Injectable } from '@nestjs/common';
import type { Incident, NotificationItem } from '@tocsin/shared';
import { IncidentsService } from '../../alerting/incidents/incidents.service.js';
import { Config } from '../../config/config.js';
import { ChannelError, MessageGone } from '../outgoing/channel-error.js';
import { nextAttempt } from './backoff.js';
import { DeliveryStore } from './delivery-store.js';
import type { StoredDelivery } from './delivery.schema.js';
import { messageOf } from './message-of.js';
import type { Way } from './way.js';
import { Ways } from './ways.js';

/** What became of a delivery. */
export type Outcome = Partial<
  Pick<
    StoredDelivery,
    'state' | 'acceptedAt' | 'receipt' | 'error' | 'wasQuiet' | 'dueAt' | 'attempts' | 'nextAt' | 'items'
  >
> & {
  /** The lane is to stand still until then (UTC ms). */
  pauseUntil?: number;
};

/** Tells one target what is true now: not what was true when the message was written, and nothing twice. */
@Injectable()
export class Deliverer {
  constructor(
    private readonly store: DeliveryStore,
    private readonly ways: Ways,
    private readonly incidents: IncidentsService,
    private readonly config: Config,
  ) {}

  /** @throws when MongoDB does not answer; nothing was sent then */
  async deliver(delivery: StoredDelivery): Promise<Outcome> {
    const tenantId = delivery.tenantId.toHexString();
    const way = await this.ways.open(tenantId, delivery.target);
    if (typeof way === 'string') return { state: 'failed', error: way };
    const incidents = await this.incidents.several(
      tenantId,
      delivery.items.map(({ incidentId }) => incidentId),
    );
    const items = await this.#still(delivery, incidents);
    if (items.length === 0) return { state: 'obsolete' };
    // They may have begun, or been set, after the message was written.
    const severities = items.map(({ severity }) => severity);
    const quietUntil = await way.quietUntil?.(severities, Date.now());
    if (quietUntil !== undefined) {
      const at = new Date(quietUntil);
      return { wasQuiet: true, dueAt: at, nextAt: at, attempts: 0 };
    }
    try {
      const told = await this.#tell({ ...delivery, items }, way, incidents);
      const at = new Date();
      await way.note(at).catch(() => {});
      return { state: 'sent', acceptedAt: at, items, ...told };
    } catch (error) {
      await way.note(new Date(), (error as Error).message).catch(() => {});
      return failure(delivery, error as Error, Date.now());
    }
  }

  /** What of a delivery is still to be told. */
  async #still(
    delivery: StoredDelivery,
    incidents: ReadonlyMap<string, Incident>,
  ): Promise<NotificationItem[]> {
    const overtaken = await this.store.overtaken(delivery);
    const items = delivery.items.filter(
      ({ incidentId }) => incidents.has(incidentId) && !overtaken.has(incidentId),
    );
    if (items.length === 0 || !delivery.wasQuiet) return items;
    // Its recipient wanted to be left alone until now: what began and ended meanwhile is nothing to them.
    const told = await this.store.toldBefore(delivery);
    return items.filter(
      ({ incidentId }) => told.has(incidentId) || incidents.get(incidentId)!.status === 'open',
    );
  }

  /** @returns what changes the message later, and what that message is about when it is not all of it */
  async #tell(
    delivery: StoredDelivery,
    way: Way,
    incidents: ReadonlyMap<string, Incident>,
  ): Promise<Pick<Outcome, 'receipt' | 'items'>> {
    const isNews = delivery.items.some(({ kind }) => kind === 'firing' || kind === 'reminder');
    const left =
      isNews || way.edit === undefined ? delivery.items : await this.#change(delivery, way as Required<Way>);
    const message = left.length > 0 ? this.#message(delivery, left, incidents) : undefined;
    const receipt = message && (await way.send(message));
    return receipt === undefined ? {} : { receipt, items: left };
  }

  /** Brings messages up to date that were sent before. @returns what no message is about */
  async #change(delivery: StoredDelivery, way: Required<Way>): Promise<NotificationItem[]> {
    let left = delivery.items;
    for (const earlier of await this.store.changeable(delivery)) {
      const about = new Set(earlier.items.map(({ incidentId }) => incidentId));
      if (!left.some(({ incidentId }) => about.has(incidentId))) continue;
      const incidents = await this.incidents.several(delivery.tenantId.toHexString(), [...about]);
      const message = this.#message(earlier, earlier.items, incidents);
      if (message === undefined) continue;
      try {
        await way.edit(earlier.receipt!, message);
        left = left.filter(({ incidentId }) => !about.has(incidentId));
      } catch (error) {
        // Somebody deleted it: what it would say now is told anew.
        if (!(error instanceof MessageGone)) throw error;
      }
    }
    return left;
  }

  #message({ _id }: StoredDelivery, items: NotificationItem[], incidents: ReadonlyMap<string, Incident>) {
    return messageOf(_id.toHexString(), items, incidents, this.config.publicUrl, Date.now());
  }
}

function failure({ attempts, dueAt }: StoredDelivery, error: Error, now: number): Outcome {
  const { message } = error;
  const { permanent, retryAfterMs } =
    error instanceof ChannelError ? error : { permanent: false, retryAfterMs: undefined };
  if (permanent) return { state: 'failed', error: message };
  const times = { attempts, dueAt: dueAt.getTime(), now };
  const at = nextAttempt(times, Math.random(), retryAfterMs);
  if (at === undefined) return { state: 'failed', error: `Given up after ${attempts} tries. ${message}` };
  return {
    ...{ error: message, nextAt: new Date(at) },
    ...(retryAfterMs !== undefined && { pauseUntil: now + retryAfterMs }),
  };
}
