import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { AuditEntry } from '@tocsin/shared';
import { Types } from 'mongoose';

/** Entries are kept this long, in seconds. */
const KEPT_S = 400 * 86_400;

@Schema({ collection: 'audit', versionKey: false, writeConcern: { w: 'majority', j: true } })
export class StoredAuditEntry {
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Date, required: true })
  declare at: Date;

  @Prop({ type: Object, required: true })
  declare actor: AuditEntry['actor'];

  @Prop({ type: String, required: true })
  declare action: string;

  @Prop({ type: Object, required: true })
  declare target: AuditEntry['target'];

  /** As JSON: names in it may be anything, and MongoDB is not asked about them. */
  @Prop({ type: String })
  declare sent?: string;

  @Prop({ type: String })
  declare changes?: string;

  // Not required: Mongoose takes an empty text for none, and a program that does not say its name sends one.
  @Prop({ type: String, default: '' })
  declare address: string;

  @Prop({ type: String, default: '' })
  declare program: string;
}

// Without this Mongoose leaves out objects that have nothing in them.
export const AuditSchema = SchemaFactory.createForClass(StoredAuditEntry).set('minimize', false);
AuditSchema.index({ tenantId: 1, _id: -1 });
AuditSchema.index({ tenantId: 1, 'target.id': 1, _id: -1 });
AuditSchema.index({ at: 1 }, { expireAfterSeconds: KEPT_S });

export const auditEntryOf = ({
  _id,
  tenantId: _tenant,
  at,
  sent,
  changes,
  ...same
}: StoredAuditEntry): AuditEntry => ({
  id: _id.toHexString(),
  at: at.getTime(),
  ...same,
  ...(sent !== undefined && { sent: JSON.parse(sent) as AuditEntry['sent'] }),
  ...(changes !== undefined && { changes: JSON.parse(changes) as AuditEntry['changes'] }),
});
