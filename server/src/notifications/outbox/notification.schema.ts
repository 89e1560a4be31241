import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import {
  type Delivery,
  type Notification,
  NOTIFICATION_STATES,
  type NotificationItem,
  type NotificationState,
} from '@tocsin/shared';
import { Types } from 'mongoose';

/** Notifications are kept this long, in seconds. */
const KEPT_S = 90 * 86_400;

@Schema({ collection: 'notifications', versionKey: false })
export class StoredNotification {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** `user:…` or `channel:…`. */
  @Prop({ type: String, required: true })
  declare recipient: string;

  @Prop({ type: [Object], required: true })
  declare items: NotificationItem[];

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  @Prop({ type: String, enum: NOTIFICATION_STATES, required: true })
  declare state: NotificationState;

  /** Its recipient wants to be left alone until then. */
  @Prop({ type: Date })
  declare notBefore?: Date;

  /** Who is told when this fails: `user:…`, `channel:…` or `role:…`. */
  @Prop({ type: String })
  declare fallback?: string;

  /** That was done, and is not done again. */
  @Prop({ type: Boolean })
  declare fellBack?: true;

  /** Why there is no way to its recipient. */
  @Prop({ type: String })
  declare error?: string;
}

export const NotificationSchema = SchemaFactory.createForClass(StoredNotification);
NotificationSchema.index({ tenantId: 1, _id: -1 });
NotificationSchema.index({ tenantId: 1, state: 1, _id: 1 });
NotificationSchema.index({ tenantId: 1, 'items.incidentId': 1, _id: -1 });
// Those that are under way, of all tenants.
NotificationSchema.index({ state: 1, createdAt: 1 }, { partialFilterExpression: { state: 'waiting' } });
NotificationSchema.index({ createdAt: 1 }, { expireAfterSeconds: KEPT_S });

export function notificationOf(
  { _id, recipient, items, createdAt, notBefore, state, error }: StoredNotification,
  deliveries: readonly Delivery[],
): Notification {
  const [kind, id] = recipient.split(':') as [Notification['recipient']['kind'], string];
  return {
    id: _id.toHexString(),
    recipient: { kind, id },
    items,
    createdAt: createdAt.getTime(),
    state,
    ...(notBefore && { notBefore: notBefore.getTime() }),
    ...(error !== undefined && { error }),
    deliveries,
  };
}
