import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  type Channel,
  CHANNEL_SECRETS,
  channelFault,
  type ChannelInput,
  type ChannelKind,
  type ChannelSettings,
  MAX_CHANNELS,
} from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { changed } from '../../audit/audited-request.js';
import { TenantRepository } from '../../database/tenant-repository.js';
import { ApiException } from '../../http/api-exception.js';
import { invalid } from '../../http/invalid.js';
import { healthUpdate } from '../delivery/health.js';
import { channelOf, secretsOf, StoredChannel } from './channel.schema.js';

/** A channel with its secrets, for the one who sends. */
export interface OpenChannel {
  id: string;
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  settings: ChannelSettings;
}

/** The channels of each tenant. What is secret comes in and is not read back. */
@Injectable()
export class ChannelsService {
  constructor(@InjectModel(StoredChannel.name) private readonly model: Model<StoredChannel>) {}

  /** By their names. */
  async list(tenantId: string): Promise<Channel[]> {
    const found = await this.#of(tenantId).find({}, undefined, { sort: { name: 1, _id: 1 } });
    return found.map(channelOf);
  }

  /** @throws ApiException `not_found` */
  async one(tenantId: string, id: string): Promise<Channel> {
    return channelOf(await this.#stored(tenantId, id));
  }

  /** @throws ApiException `invalid` with the field, `conflict` when there are too many */
  async create(tenantId: string, input: ChannelInput): Promise<Channel> {
    const channels = this.#of(tenantId);
    if ((await channels.count()) >= MAX_CHANNELS) {
      throw new ApiException(
        409,
        'conflict',
        `There are ${MAX_CHANNELS} channels already. Delete one first.`,
      );
    }
    checkSettings(input);
    const stored = await channels.insert({ _id: new Types.ObjectId(), ...input } as never);
    changed({ name: stored.name, after: channelOf(stored) });
    return channelOf(stored);
  }

  /**
   * All settings anew, but what is secret and left out stays.
   * @throws ApiException `not_found`, `invalid` with the field
   */
  async replace(
    tenantId: string,
    id: string,
    { name, kind, enabled, settings }: ChannelInput,
  ): Promise<Channel> {
    const before = await this.#stored(tenantId, id);
    if (before.kind !== kind) {
      throw invalid({ field: '/kind', message: `is ${before.kind} and stays so: make a new channel` });
    }
    checkSettings({ kind, settings }, false);
    const { url } = settings as { url?: string };
    const moved = url !== undefined && url !== (before.settings as { url?: string }).url;
    const lost =
      moved &&
      secretsOf(kind).find((field) => field !== 'url' && field in before.settings && !(field in settings));
    // Else whoever may change a channel could have its secret sent to a server of theirs.
    if (lost)
      throw invalid({ field: `/settings/${lost}`, message: 'must be given again for another server' });
    const kept = Object.entries(before.settings).filter(([field]) => isSecret(kind, field));
    const all = { ...Object.fromEntries(kept), ...settings } as ChannelSettings;
    const update = { $set: { name, enabled, settings: all }, $unset: { failedAt: 1, error: 1 } } as const;
    const stored = await this.#of(tenantId).updateOne({ _id: before._id }, update);
    if (stored === null) throw notFound();
    changed({ name, before: channelOf(before), after: channelOf(stored) });
    return channelOf(stored);
  }

  /** @throws ApiException `not_found` */
  async remove(tenantId: string, id: string): Promise<void> {
    const before = await this.#stored(tenantId, id);
    await this.#of(tenantId).deleteOne({ _id: before._id });
    changed({ name: before.name, before: channelOf(before) });
  }

  /** For the one who sends; undefined when there is no such channel. */
  async open(tenantId: string, id: string): Promise<OpenChannel | undefined> {
    const stored = await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) });
    if (stored === null) return undefined;
    const { name, kind, enabled, settings } = stored;
    return { id, name, kind, enabled, settings };
  }

  /** What became of a message. */
  async note(tenantId: string, id: string, at: Date, error?: string): Promise<void> {
    await this.#of(tenantId).updateMany({ _id: new Types.ObjectId(id) }, healthUpdate(at, error) as never);
  }

  async #stored(tenantId: string, id: string): Promise<StoredChannel> {
    const stored = Types.ObjectId.isValid(id)
      ? await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) })
      : null;
    if (stored === null) throw notFound();
    return stored;
  }

  #of(tenantId: string): TenantRepository<StoredChannel> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const isSecret = (kind: ChannelKind, field: string): boolean => secretsOf(kind).includes(field);

/** @param isNew it has no secrets yet */
function checkSettings({ kind, settings }: Pick<ChannelInput, 'kind' | 'settings'>, isNew = true): void {
  const fault = channelFault({ kind, settings });
  if (fault !== undefined) throw invalid(fault);
  for (const [field, need] of Object.entries(CHANNEL_SECRETS[kind])) {
    if (isNew && need === 'needed' && !(field in settings)) {
      throw invalid({ field: `/settings/${field}`, message: 'is missing' });
    }
  }
}

const notFound = () => new ApiException(404, 'not_found', 'There is no such channel.');
