import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { type QuietHours, ROLES, type Role } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'users', versionKey: false })
export class User {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: String, required: true, lowercase: true })
  declare email: string;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: String, required: true, enum: ROLES })
  declare role: Role;

  /** argon2id, with its salt and costs. */
  @Prop({ type: String, required: true })
  declare passwordHash: string;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;

  /** Absent: the person has not said anything about it. */
  @Prop({ type: Object })
  declare quietHours?: QuietHours;
}

export const UserSchema = SchemaFactory.createForClass(User);
UserSchema.index({ tenantId: 1, email: 1 });
// Across tenants: an address is what people sign in with, before anybody knows their tenant.
UserSchema.index({ email: 1 }, { unique: true });
