import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { AuditEntry, AuditPage, AuditQuery } from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { TenantRepository } from '../database/tenant-repository.js';
import { currentRequest } from './audited-request.js';
import { auditEntryOf, StoredAuditEntry } from './audit-entry.schema.js';

const PAGE = 50;

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'sent' | 'changes'> & {
  /** As JSON, without secrets. */
  sent?: string;
  changes?: string;
};

/** Who changed what: written once, and read. */
@Injectable()
export class AuditLog implements OnModuleInit {
  constructor(@InjectModel(StoredAuditEntry.name) private readonly model: Model<StoredAuditEntry>) {}

  async onModuleInit(): Promise<void> {
    await this.model.init();
  }

  async write(tenantId: string, { at, ...entry }: NewAuditEntry): Promise<void> {
    await this.#of(tenantId).insert({ _id: new Types.ObjectId(), at: new Date(at), ...entry });
  }

  /** For what the interceptor cannot know: nobody is signed in yet, or it was not a person. */
  note(tenantId: string, entry: Pick<NewAuditEntry, 'actor' | 'action' | 'target'>): Promise<void> {
    const { address = '', program = '' } = currentRequest() ?? {};
    return this.write(tenantId, { at: Date.now(), ...entry, address, program });
  }

  /** Newest first. */
  async page(tenantId: string, query: AuditQuery): Promise<AuditPage> {
    const { action, actor, target, from, to, after, limit = PAGE } = query;
    const found = await this.#of(tenantId).find(
      {
        ...(action && { action: { $regex: `^${action.replaceAll('.', '\\.')}` } }),
        ...(actor && { 'actor.id': actor }),
        ...(target && { 'target.id': target }),
        ...((from !== undefined || to !== undefined) && {
          at: {
            ...(from !== undefined && { $gte: new Date(from) }),
            ...(to !== undefined && { $lt: new Date(to) }),
          },
        }),
        ...(after && { _id: { $lt: new Types.ObjectId(after) } }),
      },
      undefined,
      { sort: { _id: -1 }, limit: limit + 1 },
    );
    const entries = found.slice(0, limit).map(auditEntryOf);
    return found.length > limit ? { entries, next: entries.at(-1)!.id } : { entries };
  }

  #of(tenantId: string): TenantRepository<StoredAuditEntry> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}
