import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { EnrolmentToken } from '@tocsin/shared';
import { Types } from 'mongoose';

/** A token that hosts enrol with. The token itself is stored nowhere. */
@Schema({ collection: 'enrolmentTokens', versionKey: false })
export class StoredEnrolmentToken {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** SHA-256 of the token, in hex. */
  @Prop({ type: String, required: true })
  declare hash: string;

  @Prop({ type: String, required: true })
  declare hint: string;

  @Prop({ type: String })
  declare note?: string;

  @Prop({ type: [String], required: true })
  declare tags: string[];

  @Prop({ type: Number, required: true })
  declare uses: number;

  @Prop({ type: Number, required: true })
  declare used: number;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  @Prop({ type: Date, required: true })
  declare expiresAt: Date;

  @Prop({ type: Date })
  declare revokedAt?: Date;
}

export const EnrolmentTokenSchema = SchemaFactory.createForClass(StoredEnrolmentToken);
EnrolmentTokenSchema.index({ tenantId: 1, _id: 1 });

/** What may be shown of it. */
export const viewOf = (stored: StoredEnrolmentToken): EnrolmentToken => ({
  id: stored._id.toHexString(),
  hint: stored.hint,
  ...(stored.note !== undefined && { note: stored.note }),
  tags: stored.tags,
  uses: stored.uses,
  used: stored.used,
  createdAt: stored.createdAt.getTime(),
  expiresAt: stored.expiresAt.getTime(),
  ...(stored.revokedAt && { revokedAt: stored.revokedAt.getTime() }),
});
