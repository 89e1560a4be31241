import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type {
  Grouping,
  Policy,
  PolicyMatch,
  PolicyRepeat,
  PolicySettings,
  PolicyStep,
  Recipient,
} from '@tocsin/shared';
import { Types } from 'mongoose';

/** Ids inside of it are text: nothing is looked up by them in the database. */
@Schema({ collection: 'policies', timestamps: true, versionKey: false })
export class StoredPolicy {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** It is the one that the tenant started with; it may have been changed since. */
  @Prop({ type: Boolean })
  declare isDefault?: boolean;

  /** Policies are asked in this order, the lowest first. */
  @Prop({ type: Number, required: true })
  declare position: number;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: Boolean, required: true })
  declare enabled: boolean;

  @Prop({ type: Object })
  declare match?: PolicyMatch;

  @Prop({ type: Boolean })
  declare goOn?: boolean;

  @Prop({ type: [Object], required: true })
  declare steps: PolicyStep[];

  @Prop({ type: Object })
  declare repeat?: PolicyRepeat;

  @Prop({ type: String })
  declare groupBy?: Grouping;

  @Prop({ type: Object })
  declare fallback?: Recipient;
}

export const PolicySchema = SchemaFactory.createForClass(StoredPolicy);
PolicySchema.index({ tenantId: 1, position: 1 });
// Two hubs that start at once plant one.
PolicySchema.index(
  { tenantId: 1, isDefault: 1 },
  { unique: true, partialFilterExpression: { isDefault: true } },
);

export const settingsOf = ({
  name,
  enabled,
  match,
  goOn,
  steps,
  repeat,
  groupBy,
  fallback,
}: PolicySettings): PolicySettings => ({
  name,
  enabled,
  ...(match !== undefined && { match }),
  ...(goOn !== undefined && { goOn }),
  steps,
  ...(repeat !== undefined && { repeat }),
  ...(groupBy !== undefined && { groupBy }),
  ...(fallback !== undefined && { fallback }),
});

export const policyOf = (stored: StoredPolicy): Policy => ({
  id: stored._id.toHexString(),
  ...settingsOf(stored),
});
