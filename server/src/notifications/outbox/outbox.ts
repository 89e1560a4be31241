import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { NotificationItem, NotificationPage, NotificationsQuery } from '@tocsin/shared';
import { type ClientSession, type Connection, type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { notificationOf, StoredNotification } from './notification.schema.js';

const PAGE = 50;

export interface NewNotification {
  /** `user:…` or `channel:…`. */
  recipient: string;
  items: NotificationItem[];
  /** UTC ms. */
  notBefore?: number;
  fallback?: string;
}

/** Notifications on their way, in MongoDB: what is in here is delivered, whatever happens to the hub. */
@Injectable()
export class Outbox {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @InjectModel(StoredNotification.name) private readonly model: Model<StoredNotification>,
  ) {}

  /**
   * Writes notifications and what belongs to them, all or nothing.
   * @param alongside writes the rest in the same transaction; may be called again
   */
  async put(
    tenantId: string,
    notifications: readonly NewNotification[],
    now: number,
    alongside: (session: ClientSession) => Promise<void>,
  ): Promise<void> {
    const documents = notifications.map(({ notBefore, ...one }) => ({
      _id: new Types.ObjectId(),
      tenantId: new Types.ObjectId(tenantId),
      ...one,
      ...(notBefore !== undefined && { notBefore: new Date(notBefore) }),
      createdAt: new Date(now),
      state: 'waiting' as const,
    }));
    await this.connection.transaction(
      async (session) => {
        if (documents.length > 0) await this.model.insertMany(documents, { session });
        await alongside(session);
      },
      { writeConcern: { w: 'majority', journal: true } },
    );
  }

  /** Newest first. */
  async page(
    tenantId: string,
    { state, incident, after, limit = PAGE }: NotificationsQuery,
  ): Promise<NotificationPage> {
    const found = await new TenantRepository(this.model, new Types.ObjectId(tenantId)).find(
      {
        ...(state && { state }),
        ...(incident && { 'items.incidentId': incident }),
        ...(after && { _id: { $lt: new Types.ObjectId(after) } }),
      },
      undefined,
      { sort: { _id: -1 }, limit: limit + 1 },
    );
    const notifications = found.slice(0, limit).map(notificationOf);
    return found.length > limit ? { notifications, next: notifications.at(-1)!.id } : { notifications };
  }
}
