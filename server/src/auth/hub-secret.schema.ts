import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** What the hub itself must remember to tell right from wrong tokens. It belongs to no tenant. */
@Schema({ collection: 'secrets', versionKey: false })
export class HubSecret {
  /** What it is for. */
  @Prop({ type: String, required: true })
  declare _id: 'access-tokens' | 'push-ack' | 'setup';

  @Prop({ type: String, required: true })
  declare value: string;
}

export const HubSecretSchema = SchemaFactory.createForClass(HubSecret);
