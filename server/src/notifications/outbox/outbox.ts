import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { NotificationItem, NotificationPage, NotificationsQuery, Recipient } from '@tocsin/shared';
import { type ClientSession, type Connection, type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { Turns } from '../../database/turns.js';
import { type FallbackTold, HUB_EVENTS } from '../../events/hub-events.js';
import { ApiException } from '../../http/api-exception.js';
import { UsersService } from '../../users/users.service.js';
import { AddressBook } from '../delivery/address-book.js';
import { DeliveryStore } from '../delivery/delivery-store.js';
import { StoredDelivery } from '../delivery/delivery.schema.js';
import { keysOf } from '../routing/recipients.js';
import { notificationOf, StoredNotification } from './notification.schema.js';
import { settledState } from './settled-state.js';

const PAGE = 50;
/** Longer than it takes to write what became of a delivery, in ms. */
const SETTLED_WITHIN_MS = 30_000;
/** More of them come with the next round. */
const SETTLED_AT_ONCE = 2_000;
const DURABLY = { writeConcern: { w: 'majority', journal: true } } as const;

export interface NewNotification {
  /** `user:…` or `channel:…`. */
  recipient: string;
  items: NotificationItem[];
  /** UTC ms. */
  notBefore?: number;
  /** `user:…`, `channel:…` or `role:…`. */
  fallback?: string;
}

interface Written {
  notifications: StoredNotification[];
  deliveries: StoredDelivery[];
}

/** Notifications on their way, in MongoDB: what is in here is delivered, whatever happens to the hub. */
@Injectable()
export class Outbox {
  readonly #turns = new Turns();
  #settling = false;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @InjectModel(StoredNotification.name) private readonly model: Model<StoredNotification>,
    @InjectModel(StoredDelivery.name) private readonly deliveryModel: Model<StoredDelivery>,
    private readonly deliveries: DeliveryStore,
    private readonly addresses: AddressBook,
    private readonly users: UsersService,
    private readonly events: EventEmitter2,
  ) {}

  /**
   * Writes notifications with a delivery for each way to their recipients, and what belongs to them, all or nothing.
   * @param alongside writes the rest in the same transaction; may be called again
   */
  async put(
    tenantId: string,
    notifications: readonly NewNotification[],
    now: number,
    alongside: (session: ClientSession) => Promise<void>,
  ): Promise<void> {
    const written = await this.#written(tenantId, notifications, now);
    await this.connection.transaction(async (session) => {
      await this.#insert(written, session);
      await alongside(session);
    }, DURABLY);
    if (written.deliveries.length > 0) this.events.emit(HUB_EVENTS.outboxFilled);
  }

  /** Newest first. */
  async page(
    tenantId: string,
    { state, incident, after, limit = PAGE }: NotificationsQuery,
  ): Promise<NotificationPage> {
    const found = await this.#of(tenantId).find(
      {
        ...(state && { state }),
        ...(incident && { 'items.incidentId': incident }),
        ...(after && { _id: { $lt: new Types.ObjectId(after) } }),
      },
      undefined,
      { sort: { _id: -1 }, limit: limit + 1 },
    );
    const shown = found.slice(0, limit);
    const ids = shown.map(({ _id }) => _id);
    const deliveries = await this.deliveries.ofNotifications(tenantId, ids);
    const notifications = shown.map((one) =>
      notificationOf(one, deliveries.get(one._id.toHexString()) ?? []),
    );
    return found.length > limit ? { notifications, next: notifications.at(-1)!.id } : { notifications };
  }

  /**
   * Sends what was given up once more: all of it that failed.
   * @throws ApiException `not_found`, `conflict` when nothing of it failed
   */
  async again(tenantId: string, id: string, now: number): Promise<void> {
    const _id = new Types.ObjectId(Types.ObjectId.isValid(id) ? id : undefined);
    if ((await this.#of(tenantId).findOne({ _id }, { _id: 1 })) === null) {
      throw new ApiException(404, 'not_found', 'There is no such notification.');
    }
    if ((await this.deliveries.again(tenantId, _id, now)) === 0) {
      throw new ApiException(
        409,
        'conflict',
        'Nothing of this notification failed: there is nothing to send again.',
      );
    }
    await this.#of(tenantId).updateOne({ _id }, { $set: { state: 'waiting' } });
    this.events.emit(HUB_EVENTS.outboxFilled);
  }

  /** Something became of a delivery: says so of its notification, and tells somebody else if nothing gets through. */
  settle(delivery: Pick<StoredDelivery, 'tenantId' | 'notificationId'>, now: number): Promise<void> {
    // Of two that end together the one that looked first must not have the last word.
    return this.#turns.take(delivery.notificationId.toHexString(), () => this.#settle(delivery, now));
  }

  /** The same for notifications whose deliveries ended when the hub was killed before it could say so. */
  async settleForgotten(now: number): Promise<void> {
    if (this.#settling) return;
    this.#settling = true;
    try {
      const forgotten = await this.model
        .find(
          {
            ...{ state: 'waiting', createdAt: { $lt: new Date(now - SETTLED_WITHIN_MS) } },
            $or: [{ notBefore: { $exists: false } }, { notBefore: { $lte: new Date(now) } }],
          },
          { tenantId: 1 },
        )
        .sort({ createdAt: 1 })
        .limit(SETTLED_AT_ONCE)
        .lean<Pick<StoredNotification, '_id' | 'tenantId'>[]>();
      for (const { _id, tenantId } of forgotten) await this.settle({ tenantId, notificationId: _id }, now);
    } finally {
      this.#settling = false;
    }
  }

  async #settle(
    { tenantId, notificationId }: Pick<StoredDelivery, 'tenantId' | 'notificationId'>,
    now: number,
  ): Promise<void> {
    const tenant = tenantId.toHexString();
    const filter = { tenantId, notificationId };
    const all = await this.deliveryModel
      .find(filter, { state: 1, dueAt: 1 })
      .lean<Pick<StoredDelivery, 'state' | 'dueAt'>[]>();
    const { state, fallBack } = settledState(
      all.map(({ dueAt, ...one }) => ({ ...one, dueAt: dueAt.getTime() })),
      now,
    );
    const filterOne = { _id: notificationId };
    const notification = await this.#of(tenant).findOne(filterOne);
    if (notification === null) return;
    // Before its state says that nothing is left to do: the hub may be killed in between.
    if (fallBack && notification.fallback !== undefined && notification.fellBack !== true) {
      await this.#fallBack(tenant, notification, now);
    }
    if (state !== notification.state) await this.#of(tenant).updateOne(filterOne, { $set: { state } });
  }

  async #fallBack(tenantId: string, notification: StoredNotification, now: number): Promise<void> {
    const others = await this.#untold(tenantId, await this.#fallbackOf(tenantId, notification));
    const written = await this.#written(tenantId, others, now);
    await this.connection.transaction(async (session) => {
      const { _id, tenantId: tenant } = notification;
      const first = { _id, tenantId: tenant, fellBack: { $ne: true as const } };
      const { modifiedCount } = await this.model.updateOne(first, { $set: { fellBack: true } }, { session });
      if (modifiedCount === 1) await this.#insert(written, session);
    }, DURABLY);
    if (written.deliveries.length > 0) this.events.emit(HUB_EVENTS.outboxFilled);
    this.#say(tenantId, written);
  }

  /** Who was told in place of others is told of the end too. */
  #say(tenantId: string, { notifications }: Written): void {
    for (const { recipient, items } of notifications) {
      const incidentIds = items.map(({ incidentId }) => incidentId);
      const event: FallbackTold = { tenantId, incidentIds, recipient };
      this.events.emit(HUB_EVENTS.fallbackTold, event);
    }
  }

  /** Those that are not being told of the same already. */
  async #untold(tenantId: string, others: readonly NewNotification[]): Promise<NewNotification[]> {
    const untold: NewNotification[] = [];
    for (const one of others) {
      const [{ incidentId, kind }] = one.items as [NotificationItem];
      const same = { items: { $elemMatch: { incidentId, kind } }, state: { $in: ['waiting', 'sent'] } };
      const told = await this.#of(tenantId).findOne({ recipient: one.recipient, ...same } as never, {
        _id: 1,
      });
      if (told === null) untold.push(one);
    }
    return untold;
  }

  async #fallbackOf(
    tenantId: string,
    { fallback, recipient, items }: Pick<NewNotification, 'fallback' | 'recipient' | 'items'>,
  ): Promise<NewNotification[]> {
    if (fallback === undefined) return [];
    const [kind, id] = fallback.split(':') as ['user' | 'channel' | 'role', string];
    const who = (kind === 'role' ? { kind, role: id } : { kind, id }) as Recipient;
    const members = await this.users.ofTenant(tenantId);
    const named = keysOf(who, members);
    // One that names nobody who is still there must not pass in silence.
    const keys = named.length > 0 ? named : keysOf({ kind: 'role', role: 'owner' }, members);
    return keys.filter((key) => key !== recipient).map((key) => ({ recipient: key, items }));
  }

  /** The documents of notifications; to whom no way leads, the one after is told at once. */
  async #written(tenantId: string, notifications: readonly NewNotification[], now: number): Promise<Written> {
    const written: Written = { notifications: [], deliveries: [] };
    const told = new Set(notifications.map(({ recipient }) => recipient));
    // Grows while it is gone through: a fallback has no fallback, so it ends.
    const queue = [...notifications];
    for (const one of queue) {
      const { addresses, reason } = await this.addresses.of(tenantId, one.recipient);
      const inVain = addresses.length === 0;
      const notification = newNotification(tenantId, one, now, inVain ? reason : undefined);
      written.notifications.push(notification);
      const created = addresses.map(({ target, name, lane }) =>
        newDelivery(notification, target, name, lane),
      );
      written.deliveries.push(...created);
      if (!inVain) continue;
      for (const other of await this.#fallbackOf(tenantId, one)) {
        // Who is told of the same anyway, is told once.
        if (told.has(other.recipient)) continue;
        told.add(other.recipient);
        queue.push(other);
      }
    }
    return written;
  }

  async #insert({ notifications, deliveries }: Written, session: ClientSession): Promise<void> {
    if (notifications.length > 0) await this.model.insertMany(notifications, { session });
    if (deliveries.length > 0) await this.deliveryModel.insertMany(deliveries, { session });
  }

  #of(tenantId: string): TenantRepository<StoredNotification> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

function newNotification(
  tenantId: string,
  { recipient, items, notBefore, fallback }: NewNotification,
  now: number,
  error: string | undefined,
): StoredNotification {
  return {
    _id: new Types.ObjectId(),
    tenantId: new Types.ObjectId(tenantId),
    ...{ recipient, items },
    createdAt: new Date(now),
    state: error === undefined ? 'waiting' : 'failed',
    ...(notBefore !== undefined && { notBefore: new Date(notBefore) }),
    ...(fallback !== undefined && { fallback }),
    ...(error !== undefined && { error, fellBack: true as const }),
  };
}

function newDelivery(
  { _id: notificationId, tenantId, items, createdAt, notBefore }: StoredNotification,
  target: string,
  name: string,
  lane: string,
): StoredDelivery {
  const dueAt = notBefore ?? createdAt;
  return {
    _id: new Types.ObjectId(),
    ...{ tenantId, notificationId, target, name, lane, items, createdAt, dueAt },
    ...{ state: 'waiting' as const, attempts: 0, nextAt: dueAt },
    ...(notBefore !== undefined && { wasQuiet: true as const }),
  };
}
