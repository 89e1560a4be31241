import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Matchers, Silence } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'silences', versionKey: false })
export class StoredSilence {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Object, required: true })
  declare matchers: Matchers;

  @Prop({ type: Date, required: true })
  declare startsAt: Date;

  @Prop({ type: Date, required: true })
  declare endsAt: Date;

  @Prop({ type: String, default: '' })
  declare comment: string;

  @Prop({ type: String, required: true })
  declare author: string;

  @Prop({ type: Date, required: true })
  declare createdAt: Date;
}

export const SilenceSchema = SchemaFactory.createForClass(StoredSilence);
// Those that are not over, for the memory; those that are, newest first; and what is to be deleted.
SilenceSchema.index({ tenantId: 1, endsAt: -1, _id: -1 });

export function silenceOf(stored: StoredSilence): Silence {
  const { _id, matchers, startsAt, endsAt, comment, author, createdAt } = stored;
  return {
    id: _id.toHexString(),
    ...{ matchers, comment, author },
    startsAt: startsAt.getTime(),
    endsAt: endsAt.getTime(),
    createdAt: createdAt.getTime(),
  };
}

export const storedFields = ({
  matchers,
  startsAt,
  endsAt,
  comment,
  author,
  createdAt,
}: Omit<Silence, 'id'>) => ({
  ...{ matchers, comment, author },
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
  createdAt: new Date(createdAt),
});
