import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Evidence, ProcessList } from '@tocsin/shared';
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

  @Prop({ type: String, enum: ['processes'], required: true })
  declare kind: Evidence['kind'];

  @Prop({ type: Date, required: true })
  declare at: Date;

  @Prop({ type: Object, required: true })
  declare processes: ProcessList;
}

export const EvidenceSchema = SchemaFactory.createForClass(StoredEvidence);
EvidenceSchema.index({ tenantId: 1, incidentId: 1 });
EvidenceSchema.index({ tenantId: 1, hostId: 1 });

export const viewOf = ({ _id, kind, at, processes }: StoredEvidence): Evidence => ({
  id: _id.toHexString(),
  kind,
  at: at.getTime(),
  processes,
});
