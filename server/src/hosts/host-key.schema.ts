import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** A key that an agent signs in with. The key itself is stored nowhere. */
@Schema({ collection: 'keys', versionKey: false })
export class HostKeyEntry {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare hostId: Types.ObjectId;

  /** SHA-256 of the key, in hex. */
  @Prop({ type: String, required: true })
  declare hash: string;

  @Prop({ type: String, required: true })
  declare hint: string;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  @Prop({ type: Date })
  declare lastUsedAt?: Date;

  @Prop({ type: Date })
  declare revokedAt?: Date;
}

export const HostKeyEntrySchema = SchemaFactory.createForClass(HostKeyEntry);
HostKeyEntrySchema.index({ tenantId: 1, hostId: 1 });
