import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import {
  type Delivery,
  NOTIFICATION_STATES,
  type NotificationItem,
  type NotificationState,
} from '@tocsin/shared';
import { Types } from 'mongoose';

/** As long as the notifications that they belong to, in seconds. */
const KEPT_S = 90 * 86_400;

/** A notification on one way to its recipient. */
@Schema({ collection: 'deliveries', versionKey: false })
export class StoredDelivery {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare notificationId: Types.ObjectId;

  /** `channel:…`: whoever is there gets one message after the other. */
  @Prop({ type: String, required: true })
  declare target: string;

  /** What people called it then. */
  @Prop({ type: String, required: true })
  declare name: string;

  /** What shares a pace: a channel, or a push service. */
  @Prop({ type: String, required: true })
  declare lane: string;

  /** A copy of the notification's. */
  @Prop({ type: [Object], required: true })
  declare items: NotificationItem[];

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  /** When it was to go out first; how long it is tried counts from then. */
  @Prop({ type: Date, required: true })
  declare dueAt: Date;

  /** Its recipient wanted to be left alone before it could go out. */
  @Prop({ type: Boolean })
  declare wasQuiet?: true;

  @Prop({ type: String, enum: NOTIFICATION_STATES, required: true })
  declare state: NotificationState;

  @Prop({ type: Number, required: true })
  declare attempts: number;

  @Prop({ type: Date })
  declare nextAt?: Date;

  /** A hub is at it, and it is that hub's until then. */
  @Prop({ type: String })
  declare leasedBy?: string;

  @Prop({ type: Date })
  declare leasedUntil?: Date;

  @Prop({ type: Date })
  declare acceptedAt?: Date;

  /** What the message is changed by. */
  @Prop({ type: String })
  declare receipt?: string;

  @Prop({ type: String })
  declare error?: string;
}

export const DeliverySchema = SchemaFactory.createForClass(StoredDelivery);
// What is to go out, by lane: a few documents however many there are in all.
DeliverySchema.index({ lane: 1, nextAt: 1 }, { partialFilterExpression: { state: 'waiting' } });
DeliverySchema.index({ tenantId: 1, notificationId: 1 });
// What else went to the same, about an incident.
DeliverySchema.index({ tenantId: 1, target: 1, 'items.incidentId': 1, _id: -1 });
DeliverySchema.index({ createdAt: 1 }, { expireAfterSeconds: KEPT_S });

export const deliveryOf = (stored: Omit<StoredDelivery, 'items'>): Delivery => {
  const { _id, target, name, state, attempts, nextAt, acceptedAt, error } = stored;
  return {
    id: _id.toHexString(),
    ...{ target, name, state, attempts },
    ...(nextAt && state === 'waiting' && { nextAt: nextAt.getTime() }),
    ...(acceptedAt && { acceptedAt: acceptedAt.getTime() }),
    ...(error !== undefined && { error }),
  };
};
