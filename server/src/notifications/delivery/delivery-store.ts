import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Delivery } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { deliveryOf, StoredDelivery } from './delivery.schema.js';

/** Longer than a try takes, in ms: who has not finished by then is dead, and somebody else tries. */
export const LEASE_MS = 20_000;

/** Deliveries in MongoDB. The worker is of the whole hub, and asks across tenants; all else is of one. */
@Injectable()
export class DeliveryStore {
  constructor(@InjectModel(StoredDelivery.name) private readonly model: Model<StoredDelivery>) {}

  /** Lanes in which something may go out now. */
  dueLanes(now: number): Promise<string[]> {
    return this.model.distinct('lane', waiting(now)).exec();
  }

  /**
   * Takes up to so many of a lane that are due, the oldest first, one for each target.
   * @param busy targets that are being told already
   */
  async claim(lane: string, most: number, busy: readonly string[], now: number): Promise<StoredDelivery[]> {
    const due = { ...waiting(now), lane, target: { $nin: busy } };
    const found = await this.model
      .find(due, { target: 1 })
      // What was never tried does not wait for what fails again and again.
      .sort({ attempts: 1, _id: 1 })
      // Some of them may be for the same.
      .limit(most * 4)
      .lean<Pick<StoredDelivery, '_id' | 'target'>[]>();
    const targets = new Set<string>();
    const ids: Types.ObjectId[] = [];
    for (const { _id, target } of found) {
      if (targets.has(target) || ids.length >= most) continue;
      targets.add(target);
      ids.push(_id);
    }
    if (ids.length === 0) return [];
    const lease = randomUUID();
    await this.model.updateMany(
      { ...waiting(now), _id: { $in: ids } },
      { $set: { leasedBy: lease, leasedUntil: new Date(now + LEASE_MS) }, $inc: { attempts: 1 } },
    );
    return this.model.find({ _id: { $in: ids }, leasedBy: lease }).lean<StoredDelivery[]>();
  }

  /** Incidents about which the same target was or will be told something newer. */
  async overtaken({ _id, tenantId, target, items }: StoredDelivery): Promise<Set<string>> {
    const ids = items.map(({ incidentId }) => incidentId);
    const newer = await this.#of(tenantId).find(
      {
        ...{ target, 'items.incidentId': { $in: ids } },
        ...{ _id: { $gt: _id }, state: { $in: ['waiting', 'sent'] } },
      },
      { items: 1 },
    );
    return new Set(newer.flatMap((one) => one.items.map(({ incidentId }) => incidentId)));
  }

  /** Earlier messages to the same target that can still be changed, the newest first. */
  changeable({ _id, tenantId, target, items }: StoredDelivery): Promise<StoredDelivery[]> {
    const ids = items.map(({ incidentId }) => incidentId);
    const filter = {
      target,
      'items.incidentId': { $in: ids },
      _id: { $lt: _id },
      receipt: { $exists: true },
    };
    return this.#of(tenantId).find(filter, undefined, { sort: { _id: -1 }, limit: 20 });
  }

  /** Of which of its incidents the same target was told before. */
  async toldBefore({ _id, tenantId, target, items }: StoredDelivery): Promise<Set<string>> {
    const ids = items.map(({ incidentId }) => incidentId);
    const filter = { target, 'items.incidentId': { $in: ids }, _id: { $lt: _id }, state: 'sent' as const };
    return new Set(await this.model.distinct('items.incidentId', { tenantId, ...filter }).exec());
  }

  /** What became of a delivery. Only who holds its lease can say so. */
  async finish(
    { _id, tenantId, leasedBy }: StoredDelivery,
    result: Partial<
      Pick<
        StoredDelivery,
        'state' | 'acceptedAt' | 'receipt' | 'error' | 'wasQuiet' | 'dueAt' | 'attempts' | 'nextAt' | 'items'
      >
    >,
  ): Promise<void> {
    await this.#of(tenantId).updateMany(
      { _id, leasedBy },
      {
        $set: result,
        $unset: { leasedBy: 1, leasedUntil: 1, ...(result.error === undefined && { error: 1 }) },
      },
    );
  }

  async ofNotifications(tenantId: string, ids: readonly Types.ObjectId[]): Promise<Map<string, Delivery[]>> {
    const found = await this.#of(new Types.ObjectId(tenantId)).find(
      { notificationId: { $in: [...ids] } },
      { items: 0 },
    );
    const all = new Map<string, Delivery[]>();
    for (const one of found) {
      const key = one.notificationId.toHexString();
      all.set(key, [...(all.get(key) ?? []), deliveryOf(one)]);
    }
    return all;
  }

  /** Those that were given up go out again. @returns how many */
  again(tenantId: string, notificationId: Types.ObjectId, now: number): Promise<number> {
    const at = new Date(now);
    return this.#of(new Types.ObjectId(tenantId)).updateMany(
      { notificationId, state: 'failed' },
      { $set: { state: 'waiting', attempts: 0, dueAt: at, nextAt: at }, $unset: { wasQuiet: 1 } },
    );
  }

  #of(tenantId: Types.ObjectId): TenantRepository<StoredDelivery> {
    return new TenantRepository(this.model, tenantId);
  }
}

const waiting = (now: number) => {
  const at = new Date(now);
  return {
    ...{ state: 'waiting' as const, nextAt: { $lte: at } },
    $or: [{ leasedUntil: { $exists: false } }, { leasedUntil: { $lte: at } }],
  };
};
