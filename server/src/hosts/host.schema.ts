import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { AgentFacts, HostSettings, HostSummary, Presence } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'hosts', versionKey: false })
export class Host {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: [String], required: true })
  declare tags: string[];

  @Prop({ type: Boolean, required: true })
  declare simulated: boolean;

  /** As the agent last introduced itself. */
  @Prop({ type: Object })
  declare facts?: AgentFacts;

  /** How often it posts, in ms, while it reports over HTTP; null since an agent's connection does. */
  @Prop({ type: Number })
  declare postedEvery?: number | null;

  /** What its agent is told; hosts of before there were settings have none. */
  @Prop({ type: Object })
  declare settings?: HostSettings;

  @Prop({ type: Object, required: true })
  declare presence: Presence;

  /** Its last values as of at most half a minute before the hub ended, for the overview of the next one. */
  @Prop({ type: Object })
  declare summary?: HostSummary;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;
}

export const HostSchema = SchemaFactory.createForClass(Host);
HostSchema.index({ tenantId: 1, name: 1 }, { unique: true });
