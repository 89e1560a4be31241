import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { DEFAULT_POLICY, type Policy, type PolicySettings } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { policyOf, settingsOf, StoredPolicy } from './policy.schema.js';

const OPTIONAL = [
  'match',
  'goOn',
  'repeat',
  'groupBy',
  'fallback',
] as const satisfies (keyof PolicySettings)[];

/** The policies in MongoDB. */
@Injectable()
export class PolicyStore {
  constructor(@InjectModel(StoredPolicy.name) private readonly model: Model<StoredPolicy>) {}

  /** In their order; a tenant without any gets the default one. */
  async load(tenantId: string): Promise<Policy[]> {
    const stored = await this.#of(tenantId).find({}, undefined, { sort: { position: 1, _id: 1 } });
    return stored.length > 0 ? stored.map(policyOf) : [await this.#plant(tenantId)];
  }

  /** Before all others: one that was made for something special would never be asked after one for everything. */
  async insertFirst(tenantId: string, settings: PolicySettings): Promise<Policy> {
    const [first] = await this.#of(tenantId).find({}, { position: 1 }, { sort: { position: 1 }, limit: 1 });
    const position = (first?.position ?? 0) - 1;
    return policyOf(await this.#of(tenantId).insert({ ...settings, position } as StoredPolicy));
  }

  async replace(tenantId: string, id: string, settings: PolicySettings): Promise<Policy | undefined> {
    const left = OPTIONAL.filter((field) => settings[field] === undefined);
    const stored = await this.#of(tenantId).updateOne(
      { _id: new Types.ObjectId(id) },
      { $set: settingsOf(settings), $unset: Object.fromEntries(left.map((field) => [field, 1])) },
    );
    return stored ? policyOf(stored) : undefined;
  }

  /** @param ids all of the tenant's, in their new order */
  async order(tenantId: string, ids: readonly string[]): Promise<void> {
    const tenant = new Types.ObjectId(tenantId);
    await this.model.bulkWrite(
      ids.map((id, position) => ({
        updateOne: {
          filter: { _id: new Types.ObjectId(id), tenantId: tenant },
          update: { $set: { position } },
        },
      })),
    );
  }

  delete(tenantId: string, id: string): Promise<boolean> {
    return this.#of(tenantId).deleteOne({ _id: new Types.ObjectId(id) });
  }

  async #plant(tenantId: string): Promise<Policy> {
    const stored = await this.#of(tenantId).upsert(
      { isDefault: true },
      { $setOnInsert: { ...DEFAULT_POLICY, position: 0 } },
    );
    return policyOf(stored);
  }

  #of(tenantId: string): TenantRepository<StoredPolicy> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
