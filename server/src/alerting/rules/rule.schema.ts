import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type {
  Comparison,
  Rule,
  RuleCondition,
  RuleOverride,
  RuleSettings,
  Severity,
  TagScope,
} from '@tocsin/shared';
import { COMPARISONS, SEVERITIES } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'rules', timestamps: true, versionKey: false })
export class StoredRule {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** Which default rule this was planted as; it may have been changed since. */
  @Prop({ type: String })
  declare defaultKey?: string;

  /** What files of rules call it. */
  @Prop({ type: String })
  declare key?: string;

  @Prop({ type: String, required: true })
  declare name: string;

  @Prop({ type: Boolean, required: true })
  declare enabled: boolean;

  @Prop({ type: String, required: true })
  declare metric: string;

  @Prop({ type: String })
  declare instance?: string;

  @Prop({ type: [Types.ObjectId], default: undefined })
  declare hostIds?: Types.ObjectId[];

  @Prop({ type: Object })
  declare tags?: TagScope;

  @Prop({ type: Object })
  declare condition?: RuleCondition;

  @Prop({ type: String, enum: COMPARISONS, required: true })
  declare comparison: Comparison;

  @Prop({ type: Number, required: true })
  declare firesAt: number;

  @Prop({ type: Number })
  declare clearsAt?: number;

  @Prop({ type: Number, required: true })
  declare forSeconds: number;

  @Prop({ type: Number, required: true })
  declare keepFiringSeconds: number;

  @Prop({ type: String, enum: SEVERITIES, required: true })
  declare severity: Severity;

  @Prop({ type: String })
  declare policyId?: string;

  @Prop({ type: [Object], default: undefined })
  declare overrides?: RuleOverride[];
}

export const RuleSchema = SchemaFactory.createForClass(StoredRule);
// The same default rule is never planted twice, however often planting was interrupted.
RuleSchema.index(
  { tenantId: 1, defaultKey: 1 },
  { unique: true, partialFilterExpression: { defaultKey: { $exists: true } } },
);

RuleSchema.index(
  { tenantId: 1, key: 1 },
  { unique: true, partialFilterExpression: { key: { $exists: true } } },
);

export function ruleOf(stored: StoredRule): Rule {
  const { _id, name, enabled, metric, instance, hostIds, tags, condition, comparison, firesAt, clearsAt } =
    stored;
  return {
    id: _id.toHexString(),
    ...(stored.key !== undefined && { key: stored.key }),
    name,
    enabled,
    metric,
    ...(instance !== undefined && { instance }),
    ...(hostIds !== undefined && { hostIds: hostIds.map((id) => id.toHexString()) }),
    ...(tags !== undefined && { tags }),
    ...(condition !== undefined && { condition }),
    comparison,
    firesAt,
    ...(clearsAt !== undefined && { clearsAt }),
    forSeconds: stored.forSeconds,
    keepFiringSeconds: stored.keepFiringSeconds,
    severity: stored.severity,
    ...(stored.policyId !== undefined && { policyId: stored.policyId }),
    ...(stored.overrides !== undefined && { overrides: stored.overrides }),
  };
}

/** Settings as they are stored; what is left out is stored as left out. */
export const storedSettings = ({ hostIds, ...rest }: RuleSettings) => ({
  ...rest,
  ...(hostIds && { hostIds: hostIds.map((id) => new Types.ObjectId(id)) }),
});
