import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Comparison, Hold, Incident, Resolution, RuleCondition, Severity } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'incidents', versionKey: false })
export class StoredIncident {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare ruleId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare ruleName: string;

  @Prop({ type: Types.ObjectId, required: true })
  declare hostId: Types.ObjectId;

  @Prop({ type: String, required: true })
  declare hostName: string;

  @Prop({ type: String, required: true })
  declare metric: string;

  @Prop({ type: String })
  declare instance?: string;

  @Prop({ type: String, required: true })
  declare severity: Severity;

  @Prop({ type: String, enum: ['open', 'resolved'], required: true })
  declare status: Incident['status'];

  @Prop({ type: Date, required: true })
  declare since: Date;

  @Prop({ type: Date, required: true })
  declare openedAt: Date;

  @Prop({ type: Date })
  declare resolvedAt?: Date;

  @Prop({ type: String })
  declare resolution?: Resolution;

  @Prop({ type: Object })
  declare condition?: RuleCondition;

  @Prop({ type: String, required: true })
  declare comparison: Comparison;

  @Prop({ type: Number, required: true })
  declare firesAt: number;

  @Prop({ type: Number, required: true })
  declare openedValue: number;

  @Prop({ type: Number, required: true })
  declare worstValue: number;

  @Prop({ type: Number, required: true })
  declare lastValue: number;

  @Prop({ type: Date })
  declare acknowledgedAt?: Date;

  @Prop({ type: String })
  declare acknowledgedBy?: string;

  @Prop({ type: [Object], default: undefined })
  declare holds?: readonly Hold[];
}

export const IncidentSchema = SchemaFactory.createForClass(StoredIncident);
// At most one open incident for a rule, a host and an instance, whatever the hub believes.
IncidentSchema.index(
  { tenantId: 1, ruleId: 1, hostId: 1, metric: 1, instance: 1 },
  { unique: true, partialFilterExpression: { status: 'open' } },
);
// The lists, newest first: all, by status, by host.
IncidentSchema.index({ tenantId: 1, _id: -1 });
IncidentSchema.index({ tenantId: 1, status: 1, _id: -1 });
IncidentSchema.index({ tenantId: 1, hostId: 1, _id: -1 });

export function incidentOf(stored: StoredIncident): Incident {
  const {
    _id,
    tenantId: _tenant,
    ruleId,
    hostId,
    since,
    openedAt,
    resolvedAt,
    acknowledgedAt,
    ...same
  } = stored;
  return {
    id: _id.toHexString(),
    ...same,
    ruleId: ruleId.toHexString(),
    hostId: hostId.toHexString(),
    since: since.getTime(),
    openedAt: openedAt.getTime(),
    ...(resolvedAt && { resolvedAt: resolvedAt.getTime() }),
    ...(acknowledgedAt && { acknowledgedAt: acknowledgedAt.getTime() }),
  };
}

export function storedIncident(tenantId: string, incident: Incident): StoredIncident {
  const { id, ruleId, hostId, since, openedAt, resolvedAt, acknowledgedAt, ...same } = incident;
  return {
    _id: new Types.ObjectId(id),
    tenantId: new Types.ObjectId(tenantId),
    ...same,
    ruleId: new Types.ObjectId(ruleId),
    hostId: new Types.ObjectId(hostId),
    since: new Date(since),
    openedAt: new Date(openedAt),
    ...(resolvedAt !== undefined && { resolvedAt: new Date(resolvedAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: new Date(acknowledgedAt) }),
  };
}
