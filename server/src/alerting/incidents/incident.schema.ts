import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type {
  Actor,
  Comparison,
  Hold,
  Incident,
  LogEntry,
  Person,
  Resolution,
  RuleCondition,
  Severity,
} from '@tocsin/shared';
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
  declare resolvedBy?: Actor;

  @Prop({ type: String })
  declare resolvedNote?: string;

  @Prop({ type: String })
  declare reopens?: string;

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

  @Prop({ type: String })
  declare acknowledgedNote?: string;

  @Prop({ type: Date })
  declare acknowledgedUntil?: Date;

  @Prop({ type: Date })
  declare snoozedUntil?: Date;

  @Prop({ type: String })
  declare snoozedBy?: string;

  @Prop({ type: Object })
  declare assignee?: Person;

  @Prop({ type: Number })
  declare comments?: number;

  @Prop({ type: [Object], default: undefined })
  declare holds?: readonly Hold[];

  /** In the same document as the state that it explains, so that neither is ever there without the other. */
  @Prop({ type: [Object], default: undefined })
  declare log?: readonly LogEntry[];
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
// What is older than the tenant keeps it.
IncidentSchema.index({ tenantId: 1, resolvedAt: 1 }, { partialFilterExpression: { status: 'resolved' } });

export function incidentOf(stored: StoredIncident): Incident {
  const { _id, tenantId: _tenant, log: _log, ruleId, hostId, since, openedAt, ...same } = stored;
  const { resolvedAt, acknowledgedAt, acknowledgedUntil, snoozedUntil, ...rest } = same;
  return {
    id: _id.toHexString(),
    ...rest,
    ruleId: ruleId.toHexString(),
    hostId: hostId.toHexString(),
    since: since.getTime(),
    openedAt: openedAt.getTime(),
    ...(resolvedAt && { resolvedAt: resolvedAt.getTime() }),
    ...(acknowledgedAt && { acknowledgedAt: acknowledgedAt.getTime() }),
    ...(acknowledgedUntil && { acknowledgedUntil: acknowledgedUntil.getTime() }),
    ...(snoozedUntil && { snoozedUntil: snoozedUntil.getTime() }),
  };
}

export function storedIncident(
  tenantId: string,
  incident: Incident,
  log: readonly LogEntry[],
): StoredIncident {
  const { id, ruleId, hostId, since, openedAt, ...same } = incident;
  const { resolvedAt, acknowledgedAt, acknowledgedUntil, snoozedUntil, ...rest } = same;
  return {
    _id: new Types.ObjectId(id),
    tenantId: new Types.ObjectId(tenantId),
    ...rest,
    ruleId: new Types.ObjectId(ruleId),
    hostId: new Types.ObjectId(hostId),
    since: new Date(since),
    openedAt: new Date(openedAt),
    ...(resolvedAt !== undefined && { resolvedAt: new Date(resolvedAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: new Date(acknowledgedAt) }),
    ...(acknowledgedUntil !== undefined && { acknowledgedUntil: new Date(acknowledgedUntil) }),
    ...(snoozedUntil !== undefined && { snoozedUntil: new Date(snoozedUntil) }),
    ...(log.length > 0 && { log }),
  };
}
