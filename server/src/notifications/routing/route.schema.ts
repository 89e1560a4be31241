import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { RouteState } from '@tocsin/shared';
import { Types } from 'mongoose';

/** Notes of incidents that are over are kept this long, in seconds. */
const KEPT_S = 7 * 86_400;

/** What was told of an incident so far. There is none as long as nobody was told. */
@Schema({ collection: 'routes', versionKey: false })
export class StoredRoute {
  /** Of the incident. */
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** By policy. */
  @Prop({ type: Object, required: true })
  declare states: Record<string, RouteState>;

  /** Everybody who was told: `user:…` and `channel:…`. */
  @Prop({ type: [String], required: true })
  declare toldTo: string[];

  /** All that there will be was told. */
  @Prop({ type: Date })
  declare endedAt?: Date;
}

export const RouteSchema = SchemaFactory.createForClass(StoredRoute);
RouteSchema.index({ tenantId: 1, endedAt: 1 });
RouteSchema.index({ endedAt: 1 }, { expireAfterSeconds: KEPT_S });
