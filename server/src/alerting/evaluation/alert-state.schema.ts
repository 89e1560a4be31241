import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { SavedCheck } from './remembered.js';

/** What the rules have to remember of a host beside its open incidents: what is pending, and windows. */
@Schema({ collection: 'alert_states', versionKey: false })
export class StoredAlertState {
  /** Of the host. */
  declare _id: Types.ObjectId;

  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  /** When it was so. */
  @Prop({ type: Date, required: true })
  declare at: Date;

  @Prop({ type: [Object], required: true })
  declare checks: SavedCheck[];
}

export const AlertStateSchema = SchemaFactory.createForClass(StoredAlertState);
AlertStateSchema.index({ tenantId: 1 });
