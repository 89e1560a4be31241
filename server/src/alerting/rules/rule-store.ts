import { Injectable } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import { DEFAULT_RULES, type Rule, type RuleSettings, type RulesPlan } from '@tocsin/shared';
import { type Connection, type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { PlantedRules } from './planted-rules.schema.js';
import { ruleOf, StoredRule, storedSettings } from './rule.schema.js';

const OPTIONAL = [
  'instance',
  'hostIds',
  'tags',
  'condition',
  'clearsAt',
  'policyId',
  'overrides',
] as const satisfies (keyof RuleSettings)[];

/** The rules in MongoDB. */
@Injectable()
export class RuleStore {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    @InjectModel(StoredRule.name) private readonly rules: Model<StoredRule>,
    @InjectModel(PlantedRules.name) private readonly planted: Model<PlantedRules>,
  ) {}

  /** In the order in which they were made. */
  async load(tenantId: string): Promise<Rule[]> {
    const stored = await this.#rulesOf(tenantId).find({}, undefined, { sort: { _id: 1 } });
    return stored.map(ruleOf);
  }

  async insert(tenantId: string, settings: RuleSettings): Promise<Rule> {
    return ruleOf(await this.#rulesOf(tenantId).insert(storedSettings(settings) as StoredRule));
  }

  async replace(tenantId: string, ruleId: string, settings: RuleSettings): Promise<Rule | undefined> {
    const left = OPTIONAL.filter((field) => settings[field] === undefined);
    const stored = await this.#rulesOf(tenantId).updateOne(
      { _id: new Types.ObjectId(ruleId) },
      { $set: storedSettings(settings), $unset: Object.fromEntries(left.map((field) => [field, 1])) },
    );
    return stored ? ruleOf(stored) : undefined;
  }

  delete(tenantId: string, ruleId: string): Promise<boolean> {
    return this.#rulesOf(tenantId).deleteOne({ _id: new Types.ObjectId(ruleId) });
  }

  /** Carries out a plan, all of it or nothing. */
  async apply(tenantId: string, { create, replace, remove }: RulesPlan): Promise<void> {
    const tenant = new Types.ObjectId(tenantId);
    const writes = [
      // First of all, so that a key is free for the one that gets it.
      ...remove.map((id) => ({ deleteOne: { filter: { _id: new Types.ObjectId(id), tenantId: tenant } } })),
      ...replace.map(({ id, key, settings }) => {
        const left = OPTIONAL.filter((field) => settings[field] === undefined);
        return {
          updateOne: {
            filter: { _id: new Types.ObjectId(id), tenantId: tenant },
            update: {
              $set: { ...storedSettings(settings), key },
              $unset: Object.fromEntries(left.map((field) => [field, 1 as const])),
            },
          },
        };
      }),
      ...create.map(({ key, settings }) => ({
        insertOne: { document: { ...storedSettings(settings), key, tenantId: tenant } as StoredRule },
      })),
    ];
    if (writes.length === 0) return;
    await this.connection.transaction(
      async (session) => {
        await this.rules.bulkWrite(writes, { session });
      },
      { writeConcern: { w: 'majority', journal: true } },
    );
  }

  /**
   * Plants the default rules in a tenant that never had them. The note that it is done is written last:
   * after an interruption the next call completes what is missing.
   */
  async plantDefaults(tenantId: string): Promise<void> {
    const notes = new TenantRepository(this.planted, new Types.ObjectId(tenantId));
    if ((await notes.count()) > 0) return;
    for (const { key, settings } of DEFAULT_RULES) {
      await ignoringDuplicate(
        this.#rulesOf(tenantId).insert({ ...storedSettings(settings), defaultKey: key } as StoredRule),
      );
    }
    await ignoringDuplicate(notes.insert({ at: new Date() }));
  }

  #rulesOf(tenantId: string): TenantRepository<StoredRule> {
    return new TenantRepository(this.rules, new Types.ObjectId(tenantId));
  }
}

const DUPLICATE_KEY = 11_000;

async function ignoringDuplicate(insert: Promise<unknown>): Promise<void> {
  await insert.catch((error: { code?: number }) => {
    if (error.code !== DUPLICATE_KEY) throw error;
  });
}
