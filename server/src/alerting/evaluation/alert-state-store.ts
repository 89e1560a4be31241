import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { StoredAlertState } from './alert-state.schema.js';
import type { SavedHost } from './remembered.js';

export interface HostAlertState extends SavedHost {
  tenantId: string;
  hostId: string;
}

/** What is pending, and windows, in MongoDB. */
@Injectable()
export class AlertStateStore {
  constructor(@InjectModel(StoredAlertState.name) private readonly model: Model<StoredAlertState>) {}

  /** Of a tenant's hosts. @param since UTC ms; what is older says nothing about now */
  async load(tenantId: string, since: number): Promise<HostAlertState[]> {
    const stored = await new TenantRepository(this.model, new Types.ObjectId(tenantId)).find({
      at: { $gte: new Date(since) },
    });
    return stored.map(({ _id, at, checks }) => ({
      tenantId,
      hostId: _id.toHexString(),
      at: at.getTime(),
      checks,
    }));
  }

  /** In one write; a host without anything to remember has no document. */
  async save(states: readonly HostAlertState[]): Promise<void> {
    if (states.length === 0) return;
    await this.model.collection.bulkWrite(
      states.map(({ tenantId, hostId, at, checks }) => {
        const filter = { _id: new Types.ObjectId(hostId), tenantId: new Types.ObjectId(tenantId) };
        if (checks.length === 0) return { deleteOne: { filter } };
        return {
          replaceOne: { filter, replacement: { ...filter, at: new Date(at), checks }, upsert: true },
        };
      }),
      { ordered: false },
    );
  }
}
