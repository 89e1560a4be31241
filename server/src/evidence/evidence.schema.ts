import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Evidence, MetricPoint, ProcessList } from '@tocsin/shared';
import { Types } from 'mongoose';

@Schema({ collection: 'evidence', versionKey: false })
export class StoredEvidence {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare incidentId: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare hostId: Types.ObjectId;

  @Prop({ type: String, enum: ['processes', 'metric'], required: true })
  declare kind: Evidence['kind'];

  @Prop({ type: Date, required: true })
  declare at: Date;

  @Prop({ type: Object })
  declare processes?: ProcessList;

  @Prop({ type: [[Number]], default: undefined })
  declare points?: MetricPoint[];
}

export const EvidenceSchema = SchemaFactory.createForClass(StoredEvidence);
EvidenceSchema.index({ tenantId: 1, incidentId: 1 });
EvidenceSchema.index({ tenantId: 1, hostId: 1 });

export function viewOf({ _id, at, processes, points }: StoredEvidence): Evidence {
  const same = { id: _id.toHexString(), at: at.getTime() };
  return processes === undefined
    ? { ...same, kind: 'metric', points: points ?? [] }
    : { ...same, kind: 'processes', processes };
}
