import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Silence } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { silenceOf, StoredSilence, storedFields } from './silence.schema.js';

/** The silences in MongoDB. Times are UTC ms. */
@Injectable()
export class SilenceStore {
  constructor(@InjectModel(StoredSilence.name) private readonly model: Model<StoredSilence>) {}

  /** What is not over, of every tenant, for the start of the hub. */
  async loadLive(now: number): Promise<{ tenantId: string; silences: Silence[] }[]> {
    await this.model.init();
    const isLive = { endsAt: { $gt: new Date(now) } };
    const tenants = await this.model.distinct('tenantId', isLive);
    return Promise.all(
      tenants.map(async (tenantId) => ({
        tenantId: tenantId.toHexString(),
        silences: (await new TenantRepository(this.model, tenantId).find(isLive)).map(silenceOf),
      })),
    );
  }

  async insert(tenantId: string, silence: Omit<Silence, 'id'>): Promise<Silence> {
    return silenceOf(await this.#of(tenantId).insert(storedFields(silence) as StoredSilence));
  }

  async replace(tenantId: string, { id, ...silence }: Silence): Promise<Silence | undefined> {
    const stored = await this.#of(tenantId).updateOne(
      { _id: new Types.ObjectId(id) },
      { $set: storedFields(silence) },
    );
    return stored ? silenceOf(stored) : undefined;
  }

  async one(tenantId: string, id: string): Promise<Silence | undefined> {
    if (!Types.ObjectId.isValid(id)) return undefined;
    const stored = await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) });
    return stored ? silenceOf(stored) : undefined;
  }

  /** Those that are over, the last ones first. `after` is where the page before ended. */
  async expired(tenantId: string, now: number, limit: number, after?: Silence): Promise<Silence[]> {
    const over = { endsAt: { $lte: new Date(now) } };
    const end = after && new Date(after.endsAt);
    const beyond = after && {
      $or: [{ endsAt: { $lt: end } }, { endsAt: end, _id: { $lt: new Types.ObjectId(after.id) } }],
    };
    const stored = await this.#of(tenantId).find({ ...over, ...beyond }, undefined, {
      sort: { endsAt: -1, _id: -1 },
      limit,
    });
    return stored.map(silenceOf);
  }

  /** Deletes what was over by then, of every tenant; returns how many. */
  async prune(overBy: number): Promise<number> {
    const old = { endsAt: { $lte: new Date(overBy) } };
    const tenants = await this.model.distinct('tenantId', old);
    const deleted = await Promise.all(
      tenants.map((tenantId) => new TenantRepository(this.model, tenantId).deleteMany(old)),
    );
    return deleted.reduce((sum, count) => sum + count, 0);
  }

  #of(tenantId: string): TenantRepository<StoredSilence> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
