import {
  type BeforeApplicationShutdown,
  HttpStatus,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { InjectModel } from '@nestjs/mongoose';
import type { CreatedKey, HostKey } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { changed } from '../audit/audited-request.js';
import { Config } from '../config/config.js';
import { TenantRepository } from '../database/tenant-repository.js';
import { HUB_EVENTS, type HostEvent, type KeyRevoked } from '../events/hub-events.js';
import { ApiException } from '../http/api-exception.js';
import { hashOfKey, hintOfKey, newAgentKey } from './agent-key.js';
import { BackgroundUpdates } from './background-updates.js';
import { HostKeyEntry } from './host-key.schema.js';
import { HostsService } from './hosts.service.js';

/** Keys of one host that are not revoked. */
export const KEYS_PER_HOST = 10;
/** `lastUsedAt` is for people; agents that connect again and again need not write it each time. */
const LAST_USED_STEP_MS = 60_000;

/** Who an agent is, as its key says. */
export interface AgentIdentity {
  tenantId: string;
  hostId: string;
  keyId: string;
  hostName: string;
  simulated: boolean;
}

interface KeyRecord extends HostKey {
  tenantId: string;
  hostId: string;
}

/**
 * The keys that agents sign in with. All are in memory by their hash, so that thousands of agents that
 * come back at once cost no query.
 */
@Injectable()
export class HostKeysService implements OnModuleInit, BeforeApplicationShutdown {
  readonly #byHash = new Map<string, KeyRecord>();
  readonly #logger = new Logger(HostKeysService.name);
  readonly #updates: BackgroundUpdates<HostKeyEntry>;

  constructor(
    @InjectModel(HostKeyEntry.name) private readonly model: Model<HostKeyEntry>,
    private readonly hosts: HostsService,
    private readonly events: EventEmitter2,
    private readonly config: Config,
  ) {
    this.#updates = new BackgroundUpdates(model, this.#logger);
  }

  async onModuleInit(): Promise<void> {
    for (const entry of await this.model.find().lean<HostKeyEntry[]>()) {
      this.#byHash.set(entry.hash, recordOf(entry));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#updates.stop();
  }

  /**
   * The only time that a key is there to be read.
   * @throws ApiException 404 when the tenant has no such host, 409 when it has too many keys
   */
  async create(
    tenantId: string,
    hostId: string,
    publicUrl: string = this.config.publicUrl,
  ): Promise<CreatedKey> {
    if (this.list(tenantId, hostId).filter(isValid).length >= KEYS_PER_HOST) {
      throw new ApiException(
        HttpStatus.CONFLICT,
        'conflict',
        `The host has ${KEYS_PER_HOST} keys already; revoke one that is not used any more.`,
      );
    }
    const key = newAgentKey();
    const entry = await this.#repository(tenantId).insert({
      _id: new Types.ObjectId(),
      hostId: new Types.ObjectId(hostId),
      hash: hashOfKey(key),
      hint: hintOfKey(key),
      createdAt: new Date(),
    });
    this.#byHash.set(entry.hash, recordOf(entry));
    changed({ name: this.hosts.get(hostId)?.name });
    return {
      hostId,
      keyId: entry._id.toHexString(),
      key,
      // The key in the environment: the arguments of a process can be read by every user of its host.
      command: `curl -fsSL ${publicUrl}/agent.tgz | tar xz && TOCSIN_KEY=${key} node tocsin-agent --hub ${publicUrl}`,
    };
  }

  /**
   * Oldest first.
   * @throws ApiException 404 when the tenant has no such host
   */
  list(tenantId: string, hostId: string): HostKey[] {
    this.hosts.of(tenantId, hostId);
    return this.#ofHost(hostId).map(({ tenantId: _tenantId, hostId: _hostId, ...key }) => key);
  }

  /**
   * An agent that uses the key is disconnected. Revoking a key again changes nothing.
   * @throws ApiException 404 when the host has no such key
   */
  async revoke(tenantId: string, hostId: string, keyId: string): Promise<void> {
    const { name } = this.hosts.of(tenantId, hostId);
    const key = this.#ofHost(hostId).find(({ id }) => id === keyId);
    if (key === undefined) {
      throw new ApiException(HttpStatus.NOT_FOUND, 'not_found', 'The host has no such key.');
    }
    changed({ name });
    if (!isValid(key)) return;
    const revokedAt = new Date();
    await this.#repository(tenantId).updateOne({ _id: new Types.ObjectId(keyId) }, { $set: { revokedAt } });
    // Somebody else may have been faster.
    if (!isValid(key)) return;
    key.revokedAt = revokedAt.getTime();
    this.events.emit(HUB_EVENTS.keyRevoked, { tenantId, hostId, keyId } satisfies KeyRevoked);
  }

  async authenticate(key: string): Promise<AgentIdentity | 'unknown_key' | 'revoked_key'> {
    const record = this.#byHash.get(hashOfKey(key));
    const host = record && this.hosts.get(record.hostId);
    if (record === undefined || host === undefined) return 'unknown_key';
    if (!isValid(record)) return 'revoked_key';
    this.#used(record);
    return {
      tenantId: host.tenantId,
      hostId: host.id,
      keyId: record.id,
      hostName: host.name,
      simulated: host.simulated,
    };
  }

  /** Keys of a host that is gone let nobody in; they are deleted for tidiness. */
  @OnEvent(HUB_EVENTS.hostRemoved)
  async forget({ tenantId, hostId }: HostEvent): Promise<void> {
    for (const [hash, key] of this.#byHash) if (key.hostId === hostId) this.#byHash.delete(hash);
    try {
      await this.#repository(tenantId).deleteMany({ hostId: new Types.ObjectId(hostId) });
    } catch (error) {
      this.#logger.warn(`Keys of the removed host ${hostId} could not be deleted: ${String(error)}`);
    }
  }

  #used(key: KeyRecord): void {
    const now = Date.now();
    if (now - (key.lastUsedAt ?? 0) < LAST_USED_STEP_MS) return;
    key.lastUsedAt = now;
    this.#updates.set(key.tenantId, key.id, { lastUsedAt: new Date(now) });
  }

  #ofHost(hostId: string): KeyRecord[] {
    return [...this.#byHash.values()].filter((key) => key.hostId === hostId);
  }

  #repository(tenantId: string): TenantRepository<HostKeyEntry> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const isValid = (key: HostKey): boolean => key.revokedAt === undefined;

const recordOf = (entry: HostKeyEntry): KeyRecord => ({
  id: entry._id.toHexString(),
  tenantId: entry.tenantId.toHexString(),
  hostId: entry.hostId.toHexString(),
  hint: entry.hint,
  createdAt: entry.createdAt.getTime(),
  lastUsedAt: entry.lastUsedAt?.getTime(),
  revokedAt: entry.revokedAt?.getTime(),
});
