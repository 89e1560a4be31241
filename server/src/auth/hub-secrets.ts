import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { HubSecret } from './hub-secret.schema.js';
import { randomToken } from './random-token.js';

/** Keys by which the hub knows what it signed itself, one for each purpose. */
@Injectable()
export class HubSecrets {
  constructor(@InjectModel(HubSecret.name) private readonly model: Model<HubSecret>) {}

  /** Made once, and kept, so that a restart of the hub makes nothing invalid. */
  async of(purpose: 'access-tokens' | 'push-ack'): Promise<string> {
    const secret = await this.model
      .findOneAndUpdate(
        { _id: purpose },
        { $setOnInsert: { value: randomToken() } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<HubSecret>()
      .orFail();
    return secret.value;
  }
}
