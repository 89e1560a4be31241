import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Device } from '@tocsin/shared';
import { Types } from 'mongoose';
import { healthOf } from '../delivery/health.js';

/** A browser of a person that takes push messages. */
@Schema({ collection: 'devices', versionKey: false })
export class StoredDevice {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare userId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: String, required: true })
  declare endpoint: string;

  /** Of the browser, base64url: only it can open what is sealed with them (RFC 8291). */
  @Prop({ type: String, required: true })
  declare p256dh: string;

  @Prop({ type: String, required: true })
  declare auth: string;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  /** When its app was last opened. */
  @Prop({ type: Date, required: true })
  declare seenAt: Date;

  @Prop({ type: Date })
  declare sentAt?: Date;

  @Prop({ type: Date })
  declare failedAt?: Date;

  @Prop({ type: String })
  declare error?: string;
}

export const DeviceSchema = SchemaFactory.createForClass(StoredDevice);
DeviceSchema.index({ tenantId: 1, userId: 1, _id: 1 });
// A browser has one owner: whoever signed in there last.
DeviceSchema.index({ endpoint: 1 }, { unique: true });

export const deviceOf = ({ _id, name, createdAt, seenAt, ...health }: StoredDevice): Device => ({
  id: _id.toHexString(),
  name,
  createdAt: createdAt.getTime(),
  seenAt: seenAt.getTime(),
  health: healthOf(health),
});
