import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Evidence } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../database/tenant-repository.js';
import { StoredEvidence, viewOf } from './evidence.schema.js';

/** The evidence in MongoDB. */
@Injectable()
export class EvidenceStore {
  constructor(@InjectModel(StoredEvidence.name) private readonly model: Model<StoredEvidence>) {}

  /** May be given the same again: what is there already under its id is written anew. */
  async write(evidence: readonly StoredEvidence[]): Promise<void> {
    if (evidence.length === 0) return;
    await this.model.collection.bulkWrite(
      evidence.map((replacement) => {
        const { _id, tenantId } = replacement;
        return { replaceOne: { filter: { _id, tenantId }, replacement, upsert: true } };
      }),
      { ordered: false },
    );
  }

  /** Oldest first. */
  async of(tenantId: string, incidentId: string): Promise<Evidence[]> {
    const filter = { incidentId: new Types.ObjectId(incidentId) };
    return (await this.#of(tenantId).find(filter, undefined, { sort: { _id: 1 } })).map(viewOf);
  }

  async removeHost(tenantId: string, hostId: string): Promise<void> {
    await this.#of(tenantId).deleteMany({ hostId: new Types.ObjectId(hostId) });
  }

  async removeIncidents(tenantId: string, incidentIds: readonly string[]): Promise<void> {
    const ids = incidentIds.map((id) => new Types.ObjectId(id));
    await this.#of(tenantId).deleteMany({ incidentId: { $in: ids } });
  }

  #of(tenantId: string): TenantRepository<StoredEvidence> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
