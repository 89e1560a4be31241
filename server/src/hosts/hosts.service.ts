import { isDeepStrictEqual } from 'node:util';
import {
  type BeforeApplicationShutdown,
  HttpStatus,
  Injectable,
  Logger,
  type OnModuleInit,
} from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { InjectModel } from '@nestjs/mongoose';
import type { AgentFacts, CreateHost, HostSummary, Presence, UpdateHost } from '@tocsin/shared';
import { type Model, mongo, Types } from 'mongoose';
import { changed } from '../audit/audited-request.js';
import { TenantRepository } from '../database/tenant-repository.js';
import { Turns } from '../database/turns.js';
import { HUB_EVENTS, type HostEvent } from '../events/hub-events.js';
import { ApiException } from '../http/api-exception.js';
import { BackgroundUpdates } from './background-updates.js';
import { type HostRecord, recordOf } from './host-record.js';
import { Host } from './host.schema.js';

export type { HostRecord } from './host-record.js';

export const HOSTS_PER_TENANT = 10_000;
/** `web-2` stands before `web-10`. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * Every host, in memory, because each frame needs its host at once. What people change is written to
 * MongoDB first; what agents change is in memory at once and written in the background.
 */
@Injectable()
export class HostsService implements OnModuleInit, BeforeApplicationShutdown {
  readonly #hosts = new Map<string, Mutable<HostRecord>>();
  readonly #updates: BackgroundUpdates<Host>;
  readonly #turns = new Turns();

  constructor(
    @InjectModel(Host.name) private readonly model: Model<Host>,
    private readonly events: EventEmitter2,
  ) {
    this.#updates = new BackgroundUpdates(model, new Logger(HostsService.name));
  }

  async onModuleInit(): Promise<void> {
    // The unique name is only as good as its index.
    await this.model.init();
    for (const host of await this.model.find().lean<Host[]>()) this.#keep(recordOf(host));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#updates.stop();
  }

  all(): Iterable<HostRecord> {
    return this.#hosts.values();
  }

  get(hostId: string): HostRecord | undefined {
    return this.#hosts.get(hostId);
  }

  /** Whether there is such a host although this hub may not know it: another one may have added it. */
  async isStored(tenantId: string, hostId: string): Promise<boolean> {
    return (await this.#repository(tenantId).count({ _id: new Types.ObjectId(hostId) })) > 0;
  }

  /** In order of their names. */
  list(tenantId: string): HostRecord[] {
    return this.#of(tenantId).sort((a, b) => BY_NAME.compare(a.name, b.name));
  }

  /** @throws ApiException 404 when the tenant has no such host */
  of(tenantId: string, hostId: string): HostRecord {
    return this.#own(tenantId, hostId);
  }

  /** @throws ApiException 409 when the name is taken, or the tenant has as many hosts as it may have */
  async create(tenantId: string, host: CreateHost & { simulated?: boolean }): Promise<HostRecord> {
    if (this.#of(tenantId).length >= HOSTS_PER_TENANT) {
      throw new ApiException(
        HttpStatus.CONFLICT,
        'conflict',
        `There are ${HOSTS_PER_TENANT} hosts already, which is as many as there may be.`,
      );
    }
    const createdAt = new Date();
    const created = await unlessNameTaken(host.name, () =>
      this.#repository(tenantId).insert({
        _id: new Types.ObjectId(),
        name: host.name,
        tags: host.tags ?? [],
        simulated: host.simulated ?? false,
        presence: { status: 'never', since: createdAt.getTime() },
        createdAt,
      }),
    );
    const record = this.#keep(recordOf(created));
    this.#tell(HUB_EVENTS.hostCreated, record);
    return record;
  }

  /** @throws ApiException 404 when the tenant has no such host, 409 when the name is taken */
  update(tenantId: string, hostId: string, { name, tags, settings }: UpdateHost): Promise<HostRecord> {
    // What is not named stays out of it: somebody else may be changing that right now.
    const change = { ...(name && { name }), ...(tags && { tags }), ...(settings && { settings }) };
    return this.#turns.take(hostId, async () => {
      const host = this.#own(tenantId, hostId);
      const stored = await unlessNameTaken(name ?? host.name, () =>
        this.#repository(tenantId).updateOne({ _id: new Types.ObjectId(hostId) }, { $set: change }),
      );
      if (stored === null) throw noSuchHost();
      const { name: wasName, tags: hadTags, settings: hadSettings } = host;
      const before = { name: wasName, tags: hadTags, settings: hadSettings };
      Object.assign(host, change);
      changed({ name: host.name, before, after: { ...before, ...change } });
      this.#tell(HUB_EVENTS.hostChanged, host);
      return host;
    });
  }

  /** @throws ApiException 404 when the tenant has no such host */
  async remove(tenantId: string, hostId: string): Promise<void> {
    const host = this.#own(tenantId, hostId);
    await this.#repository(tenantId).deleteOne({ _id: new Types.ObjectId(hostId) });
    const { name, tags, settings } = host;
    changed({ name, before: { name, tags, settings } });
    if (this.#hosts.delete(hostId)) this.#tell(HUB_EVENTS.hostRemoved, host);
  }

  /** An agent connected and said what it runs on. */
  introduced(hostId: string, facts: AgentFacts): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined || isDeepStrictEqual(host.facts, facts)) return;
    host.facts = facts;
    host.simulated = facts.simulated ?? false;
    this.#updates.set(host.tenantId, hostId, { facts, simulated: host.simulated });
    this.#tell(HUB_EVENTS.hostChanged, host);
  }

  /** How often the host posts, in ms; null: an agent's connection reports it. */
  savePostedEvery(hostId: string, postedEvery: number | null): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined || (host.postedEvery ?? null) === postedEvery) return;
    host.postedEvery = postedEvery;
    this.#updates.set(host.tenantId, hostId, { postedEvery });
    this.#tell(HUB_EVENTS.hostChanged, host);
  }

  savePresence(hostId: string, presence: Presence): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined) return;
    host.presence = presence;
    this.#updates.set(host.tenantId, hostId, { presence });
  }

  saveSummary(hostId: string, summary: HostSummary): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined) return;
    host.summary = summary;
    this.#updates.set(host.tenantId, hostId, { summary });
  }

  #of(tenantId: string): HostRecord[] {
    return [...this.#hosts.values()].filter((host) => host.tenantId === tenantId);
  }

  #own(tenantId: string, hostId: string): Mutable<HostRecord> {
    const host = this.#hosts.get(hostId);
    if (host?.tenantId !== tenantId) throw noSuchHost();
    return host;
  }

  #keep(record: HostRecord): HostRecord {
    this.#hosts.set(record.id, record);
    return record;
  }

  #tell(event: string, { tenantId, id }: HostRecord): void {
    this.events.emit(event, { tenantId, hostId: id } satisfies HostEvent);
  }

  #repository(tenantId: string): TenantRepository<Host> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const noSuchHost = () => new ApiException(HttpStatus.NOT_FOUND, 'not_found', 'There is no such host.');

const DUPLICATE_KEY = 11_000;

async function unlessNameTaken<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || error.code !== DUPLICATE_KEY) throw error;
    throw new ApiException(
      HttpStatus.CONFLICT,
      'conflict',
      `There is already a host named "${name}".`,
      '/name',
    );
  }
}
