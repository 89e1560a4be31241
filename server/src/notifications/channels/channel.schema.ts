import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import {
  type Channel,
  CHANNEL_KINDS,
  CHANNEL_SECRETS,
  type ChannelKind,
  type ChannelSettings,
} from '@tocsin/shared';
import { Types } from 'mongoose';
import { healthOf } from '../delivery/health.js';

@Schema({ collection: 'channels', timestamps: true, versionKey: false })
export class StoredChannel {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: String, enum: CHANNEL_KINDS, required: true })
  declare kind: ChannelKind;

  @Prop({ type: Boolean, required: true })
  declare enabled: boolean;

  /** With what is secret in it, which leaves the hub only for the service that it is for. */
  @Prop({ type: Object, required: true })
  declare settings: ChannelSettings;

  @Prop({ type: Date })
  declare sentAt?: Date;

  @Prop({ type: Date })
  declare failedAt?: Date;

  @Prop({ type: String })
  declare error?: string;
}

export const ChannelSchema = SchemaFactory.createForClass(StoredChannel).set('minimize', false);
ChannelSchema.index({ tenantId: 1, name: 1 });

export const secretsOf = (kind: ChannelKind): string[] => Object.keys(CHANNEL_SECRETS[kind]);

/** A channel as people see it. */
export function channelOf({ _id, name, kind, enabled, settings, ...health }: StoredChannel): Channel {
  const secret = secretsOf(kind);
  const entries = Object.entries(settings as Channel['settings']);
  return {
    id: _id.toHexString(),
    ...{ name, kind, enabled },
    settings: Object.fromEntries(entries.filter(([field]) => !secret.includes(field))),
    secrets: entries.map(([field]) => field).filter((field) => secret.includes(field)),
    health: healthOf(health),
  };
}
