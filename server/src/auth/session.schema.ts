import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { RefreshToken } from './refresh-rotation.js';

/** One sign-in on one device: a family of refresh tokens, each made from the one before. */
@Schema({ collection: 'sessions', versionKey: false })
export class AuthSession {
  /** Random, so that nobody can name a session whose cookie they never saw. */
  @Prop({ type: String, required: true })
  declare _id: string;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare userId: Types.ObjectId;

  @Prop({ type: [{ _id: false, hash: String, retiredAt: Number }], required: true })
  declare tokens: RefreshToken[];

  /** Counts the changes of `tokens`: of two at once, one finds it moved and looks again. */
  @Prop({ type: Number, required: true })
  declare version: number;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  @Prop({ type: Date, required: true })
  declare expiresAt: Date;
}

export const AuthSessionSchema = SchemaFactory.createForClass(AuthSession);
AuthSessionSchema.index({ tenantId: 1, userId: 1 });
// MongoDB's own sweep; an index that expires documents cannot begin with the tenant.
AuthSessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
