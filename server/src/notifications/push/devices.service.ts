import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Device, MAX_DEVICES, type NewDevice } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { changed } from '../../audit/audited-request.js';
import { Config } from '../../config/config.js';
import { TenantRepository } from '../../database/tenant-repository.js';
import { ApiException } from '../../http/api-exception.js';
import { invalid } from '../../http/invalid.js';
import { healthUpdate } from '../delivery/health.js';
import { deviceOf, StoredDevice } from './device.schema.js';
import { isPushService } from './push-services.js';

/** The browsers of people that take push messages. */
@Injectable()
export class DevicesService implements OnModuleInit {
  constructor(
    @InjectModel(StoredDevice.name) private readonly model: Model<StoredDevice>,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    // One owner a browser is only as good as the index that says so.
    await this.model.init();
  }

  /** The one that was opened last comes first. */
  async list(tenantId: string, userId: string): Promise<Device[]> {
    const filter = { userId: new Types.ObjectId(userId) };
    return (await this.#of(tenantId).find(filter, undefined, { sort: { seenAt: -1 } })).map(deviceOf);
  }

  /**
   * A browser says that it takes push messages, once and then each time that its app is opened.
   * @throws ApiException `invalid` for an endpoint that is none of a push service
   */
  async save(
    tenantId: string,
    userId: string,
    { name, endpoint, keys }: NewDevice,
    now: number,
  ): Promise<Device> {
    if (!isPushService(endpoint, this.config.pushServices)) {
      throw invalid({ field: '/endpoint', message: 'is not at a push service that this hub knows' });
    }
    const at = new Date(now);
    const owner = { tenantId: new Types.ObjectId(tenantId), userId: new Types.ObjectId(userId) };
    // By its endpoint alone, which only the browser knows: who signs in there now is who it belongs to.
    const stored = await this.model
      .findOneAndUpdate(
        { endpoint },
        { $set: { ...owner, name, ...keys, seenAt: at }, $setOnInsert: { createdAt: at } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<StoredDevice>()
      .orFail();
    changed({ name });
    await this.#makeRoom(tenantId, userId);
    return deviceOf(stored);
  }

  /** @throws ApiException `not_found` */
  async remove(tenantId: string, userId: string, id: string): Promise<void> {
    const device = await this.ofPerson(tenantId, userId, id);
    await this.#of(tenantId).deleteOne({ _id: device._id });
    changed({ name: device.name });
  }

  /** @throws ApiException `not_found` when it is not one of that person's */
  async ofPerson(tenantId: string, userId: string, id: string): Promise<StoredDevice> {
    const device = await this.find(tenantId, id);
    if (device === undefined || device.userId.toHexString() !== userId) {
      throw new ApiException(404, 'not_found', 'There is no such device.');
    }
    return device;
  }

  async find(tenantId: string, id: string): Promise<StoredDevice | undefined> {
    if (!Types.ObjectId.isValid(id)) return undefined;
    return (await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) })) ?? undefined;
  }

  /** Where a person's devices are told, each by the push service of its browser. */
  async addressesOf(
    tenantId: string,
    userId: string,
  ): Promise<{ target: string; name: string; lane: string }[]> {
    const devices = await this.#of(tenantId).find({ userId: new Types.ObjectId(userId) });
    return devices.map(({ _id, name, endpoint }) => ({
      target: `device:${_id.toHexString()}`,
      name,
      lane: `push:${new URL(endpoint).host}`,
    }));
  }

  /** The push service knows it no more: its owner took the permission back, or the browser is gone. */
  async forget(tenantId: string, id: Types.ObjectId): Promise<void> {
    await this.#of(tenantId).deleteOne({ _id: id });
  }

  /** What became of a message. */
  async note(tenantId: string, id: Types.ObjectId, at: Date, error?: string): Promise<void> {
    await this.#of(tenantId).updateMany({ _id: id }, healthUpdate(at, error) as never);
  }

  async #makeRoom(tenantId: string, userId: string): Promise<void> {
    const filter = { userId: new Types.ObjectId(userId) };
    const tooMany = await this.#of(tenantId).find(
      filter,
      { _id: 1 },
      { sort: { seenAt: -1 }, skip: MAX_DEVICES },
    );
    if (tooMany.length > 0)
      await this.#of(tenantId).deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) } });
  }

  #of(tenantId: string): TenantRepository<StoredDevice> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
