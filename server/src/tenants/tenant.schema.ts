import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Retention } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'tenants', versionKey: false })
export class Tenant {
  declare _id: Types.ObjectId;

  /** Its name in addresses and for programs. */
  @Prop({ type: String, required: true, unique: true })
  declare slug: string;

  @Prop({ type: String, required: true })
  declare name: string;

  /** For how many days history is kept; without it as `DEFAULT_RETENTION` says. */
  @Prop({ type: Object })
  declare retention?: Retention;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;
}

export const TenantSchema = SchemaFactory.createForClass(Tenant);
