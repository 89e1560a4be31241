import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { DEFAULT_RULES, type Rule, type RuleSettings } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
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
