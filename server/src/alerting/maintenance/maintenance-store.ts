import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { MaintenanceSettings, MaintenanceWindow } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { StoredWindow, windowOf } from './maintenance.schema.js';

/** The maintenance windows in MongoDB. */
@Injectable()
export class MaintenanceStore {
  constructor(@InjectModel(StoredWindow.name) private readonly model: Model<StoredWindow>) {}

  /** Of every tenant, in the order in which they were made, for the start of the hub. */
  async loadAll(): Promise<{ tenantId: string; windows: MaintenanceWindow[] }[]> {
    await this.model.init();
    const tenants = await this.model.distinct('tenantId');
    return Promise.all(
      tenants.map(async (tenantId) => {
        const stored = await new TenantRepository(this.model, tenantId).find({}, undefined, {
          sort: { _id: 1 },
        });
        return { tenantId: tenantId.toHexString(), windows: stored.map(windowOf) };
      }),
    );
  }

  async insert(
    tenantId: string,
    { createdAt, ...window }: Omit<MaintenanceWindow, 'id'>,
  ): Promise<MaintenanceWindow> {
    const stored = { ...window, createdAt: new Date(createdAt) } as StoredWindow;
    return windowOf(await this.#of(tenantId).insert(stored));
  }

  async replace(
    tenantId: string,
    id: string,
    { name, matchers, schedule, skippedUntil }: MaintenanceSettings & { skippedUntil?: number },
  ): Promise<MaintenanceWindow | undefined> {
    const stored = await this.#of(tenantId).updateOne(
      { _id: new Types.ObjectId(id) },
      skippedUntil === undefined
        ? { $set: { name, matchers, schedule }, $unset: { skippedUntil: 1 } }
        : { $set: { name, matchers, schedule, skippedUntil: new Date(skippedUntil) } },
    );
    return stored ? windowOf(stored) : undefined;
  }

  delete(tenantId: string, id: string): Promise<boolean> {
    return this.#of(tenantId).deleteOne({ _id: new Types.ObjectId(id) });
  }

  #of(tenantId: string): TenantRepository<StoredWindow> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
