import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { StoredRoute } from './route.schema.js';
import type { Route } from './tenant-routes.js';

/** What is noted of an incident's notifications. */
export type RouteNote = Pick<Route, 'states' | 'toldTo'> & { incidentId: string; ended: boolean };

/** The notes of what was told, in MongoDB. */
@Injectable()
export class RouteStore {
  constructor(@InjectModel(StoredRoute.name) private readonly model: Model<StoredRoute>) {}

  /** Of the incidents about which there may be more to tell. */
  async unended(tenantId: string): Promise<RouteNote[]> {
    const tenant = new TenantRepository(this.model, new Types.ObjectId(tenantId));
    return (await tenant.find({ endedAt: { $exists: false } })).map(({ _id, states, toldTo }) => ({
      incidentId: _id.toHexString(),
      states,
      toldTo,
      ended: false,
    }));
  }

  async save(
    tenantId: string,
    notes: readonly RouteNote[],
    now: number,
    session?: ClientSession,
  ): Promise<void> {
    if (notes.length === 0) return;
    const tenant = new Types.ObjectId(tenantId);
    await this.model.collection.bulkWrite(
      notes.map(({ incidentId, states, toldTo, ended }) => {
        const _id = new Types.ObjectId(incidentId);
        const replacement = {
          _id,
          tenantId: tenant,
          states: { ...states },
          toldTo: [...toldTo],
          ...(ended && { endedAt: new Date(now) }),
        };
        return { replaceOne: { filter: { _id, tenantId: tenant }, replacement, upsert: true } };
      }),
      { ordered: false, session },
    );
  }
}
