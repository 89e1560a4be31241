import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Incident, IncidentPage, IncidentsQuery, LogEntry } from '@tocsin/shared';
import { type Model, mongo, Types } from 'mongoose';
import { TenantRepository } from '../../database/tenant-repository.js';
import { incidentFilter } from './incident-filter.js';
import { incidentOf, storedIncident, StoredIncident } from './incident.schema.js';

/** Incidents of an answer that did not ask for more or fewer. */
export const PAGE = 50;
const DUPLICATE_KEY = 11_000;

/** An incident with the tenant that it belongs to and all that happened to it. */
export interface TenantIncident {
  tenantId: string;
  incident: Incident;
  log: readonly LogEntry[];
}

/** The incidents in MongoDB. */
@Injectable()
export class IncidentStore {
  readonly #logger = new Logger(IncidentStore.name);

  constructor(@InjectModel(StoredIncident.name) private readonly model: Model<StoredIncident>) {}

  /** Of every tenant, for the start of the hub. */
  async loadOpen(): Promise<TenantIncident[]> {
    await this.model.init();
    const tenants = await this.model.distinct('tenantId', { status: 'open' });
    const open = tenants.map(async (tenantId) => {
      const stored = await new TenantRepository(this.model, tenantId).find({ status: 'open' });
      return stored.map((one) => tenantIncident(tenantId, one));
    });
    return (await Promise.all(open)).flat();
  }

  /** Of every tenant, those that opened since (UTC ms), oldest first, for the start of the hub. */
  async loadSince(since: number): Promise<TenantIncident[]> {
    const tenants = await this.model.distinct('tenantId');
    // Ids begin with the second in which they were made.
    const from = Types.ObjectId.createFromTime(Math.floor(since / 1000));
    const lately = tenants.map(async (tenantId) => {
      const filter = { _id: { $gte: from } };
      const stored = await new TenantRepository(this.model, tenantId).find(filter, undefined, {
        sort: { _id: 1 },
      });
      return stored.map((one) => tenantIncident(tenantId, one));
    });
    return (await Promise.all(lately)).flat();
  }

  async one(tenantId: string, id: string): Promise<Incident | undefined> {
    if (!Types.ObjectId.isValid(id)) return undefined;
    const stored = await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) });
    return stored ? incidentOf(stored) : undefined;
  }

  async several(tenantId: string, ids: readonly string[]): Promise<Incident[]> {
    const wanted = ids.map((id) => new Types.ObjectId(id));
    return (await this.#of(tenantId).find({ _id: { $in: wanted } }, { log: 0 })).map(incidentOf);
  }

  /** Undefined when there is no such incident. */
  async log(tenantId: string, id: string): Promise<readonly LogEntry[] | undefined> {
    const stored = await this.#of(tenantId).findOne({ _id: new Types.ObjectId(id) }, { log: 1 });
    return stored === null ? undefined : (stored.log ?? []);
  }

  /** Adds a comment to a resolved incident, as long as fewer than `atMost` things happened to it. */
  async comment(
    tenantId: string,
    id: string,
    entry: LogEntry,
    atMost: number,
  ): Promise<Incident | undefined> {
    const stored = await this.#of(tenantId).updateOne(
      {
        _id: new Types.ObjectId(id),
        status: 'resolved',
        [`log.${atMost - 1}`]: { $exists: false },
      },
      { $push: { log: entry }, $inc: { comments: 1 } },
    );
    return stored === null ? undefined : incidentOf(stored);
  }

  /** Deletes those that were resolved before (UTC ms); returns their ids, at most `limit`. */
  async removeResolvedBefore(tenantId: string, before: number, limit: number): Promise<string[]> {
    const incidents = this.#of(tenantId);
    const filter = { status: 'resolved' as const, resolvedAt: { $lt: new Date(before) } };
    const old = (await incidents.find(filter, { _id: 1 }, { limit })).map(({ _id }) => _id);
    if (old.length > 0) await incidents.deleteMany({ _id: { $in: old }, status: 'resolved' });
    return old.map((id) => id.toHexString());
  }

  /** Newest first. */
  async page(tenantId: string, query: IncidentsQuery): Promise<IncidentPage> {
    const { limit = PAGE } = query;
    const stored = await this.#of(tenantId).find(incidentFilter(query), undefined, {
      sort: { _id: -1 },
      limit: limit + 1,
    });
    const incidents = stored.slice(0, limit).map(incidentOf);
    return stored.length > limit ? { incidents, next: incidents.at(-1)!.id } : { incidents };
  }

  /** Writes states in order, so that one is resolved before the next of its kind opens. */
  async write(states: TenantIncident[]): Promise<void> {
    let rest = states;
    while (rest.length > 0) rest = rest.slice(await this.#writeUpToDuplicate(rest));
  }

  /** How many states are dealt with. */
  async #writeUpToDuplicate(states: TenantIncident[]): Promise<number> {
    const replacements = states.map(({ tenantId, incident, log }) => {
      const replacement = storedIncident(tenantId, incident, log);
      const filter = { _id: replacement._id, tenantId: replacement.tenantId };
      return { replaceOne: { filter, replacement, upsert: true } };
    });
    try {
      await this.model.collection.bulkWrite(replacements, {
        ordered: true,
        writeConcern: { w: 'majority', journal: true },
      });
      return states.length;
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError) || error.code !== DUPLICATE_KEY) throw error;
      const [{ index } = { index: 0 }] = [error.writeErrors].flat();
      const { incident } = states[index]!;
      // Another hub has it open; waiting would not change that, and would hold up all others.
      this.#logger.error(`Incident ${incident.id} is open already under another id and was not stored.`);
      return index + 1;
    }
  }

  #of(tenantId: string): TenantRepository<StoredIncident> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const tenantIncident = (tenantId: Types.ObjectId, stored: StoredIncident): TenantIncident => ({
  tenantId: tenantId.toHexString(),
  incident: incidentOf(stored),
  log: stored.log ?? [],
});
