import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** Notes that a tenant got its default rules, so that one it deleted does not come back. */
@Schema({ collection: 'plantedRules', versionKey: false })
export class PlantedRules {
  @Prop({ type: Types.ObjectId, required: true })
  declare tenantId: Types.ObjectId;

  @Prop({ type: Date, required: true })
  declare at: Date;
}

export const PlantedRulesSchema = SchemaFactory.createForClass(PlantedRules);
PlantedRulesSchema.index({ tenantId: 1 }, { unique: true });
