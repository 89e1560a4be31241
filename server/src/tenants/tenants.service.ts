import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { DEFAULT_RETENTION, type Retention } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { Tenant } from './tenant.schema.js';

export interface TenantRecord {
  id: string;
  name: string;
  retention: Retention;
}

const DEFAULT = { slug: 'default', name: 'Default' };

@Injectable()
export class TenantsService implements OnModuleInit {
  constructor(@InjectModel(Tenant.name) private readonly model: Model<Tenant>) {}

  async onModuleInit(): Promise<void> {
    // Two hubs that start at once make one default tenant because the index lets only one in.
    await this.model.init();
  }

  /** The tenant that a hub starts with; made when it is asked for the first time. */
  async default(): Promise<TenantRecord> {
    const { slug, name } = DEFAULT;
    // MongoDB itself repeats an upsert that lost the race for a unique field.
    const tenant = await this.model
      .findOneAndUpdate(
        { slug },
        { $setOnInsert: { name, createdAt: new Date() } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<Tenant>();
    return recordOf(tenant);
  }

  async get(tenantId: string): Promise<TenantRecord | undefined> {
    const tenant = await this.model.findById(new Types.ObjectId(tenantId)).lean<Tenant>();
    return tenant === null ? undefined : recordOf(tenant);
  }

  async all(): Promise<TenantRecord[]> {
    return (await this.model.find().lean<Tenant[]>()).map(recordOf);
  }

  async saveRetention(tenantId: string, retention: Retention): Promise<void> {
    await this.model.updateOne({ _id: new Types.ObjectId(tenantId) }, { $set: { retention } });
  }
}

const recordOf = ({ _id, name, retention }: Tenant): TenantRecord => ({
  id: _id.toHexString(),
  name,
  // A tier that was not there when the tenant chose is kept as usual.
  retention: { ...DEFAULT_RETENTION, ...retention },
});
