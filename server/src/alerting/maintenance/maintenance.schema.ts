import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { MaintenanceWindow, Matchers, Schedule } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'maintenance', versionKey: false })
export class StoredWindow {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: Object, required: true })
  declare matchers: Matchers;

  @Prop({ type: Object, required: true })
  declare schedule: Schedule;

  @Prop({ type: Date })
  declare skippedUntil?: Date;

  @Prop({ type: String, required: true })
  declare author: string;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;
}

export const MaintenanceSchema = SchemaFactory.createForClass(StoredWindow);
MaintenanceSchema.index({ tenantId: 1, _id: 1 });

export function windowOf(stored: StoredWindow): MaintenanceWindow {
  const { _id, name, matchers, schedule, skippedUntil, author, createdAt } = stored;
  return {
    id: _id.toHexString(),
    ...{ name, matchers, schedule, author },
    ...(skippedUntil && { skippedUntil: skippedUntil.getTime() }),
    createdAt: createdAt.getTime(),
  };
}
