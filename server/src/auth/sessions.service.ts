import { Injectable, Logger } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { AuditLog } from '../audit/audit-log.js';
import { Config } from '../config/config.js';
import { TenantRepository } from '../database/tenant-repository.js';
import type { UserRecord } from '../users/users.service.js';
import { hashOfToken, randomToken } from './random-token.js';
import { rotate } from './refresh-rotation.js';
import { AuthSession } from './session.schema.js';

const DAY_MS = 86_400_000;
/** Tenant, session, secret. */
const FORM = /^(?<tenantId>[0-9a-f]{24})\.(?<id>[\w-]{43})\.[\w-]{43}$/;

/** Sign-ins that last: sessions and the refresh tokens that keep them going. */
@Injectable()
export class SessionsService {
  readonly #logger = new Logger(SessionsService.name);

  constructor(
    @InjectModel(AuthSession.name) private readonly model: Model<AuthSession>,
    private readonly config: Config,
    private readonly audit: AuditLog,
  ) {}

  /** @returns the session's first refresh token */
  async open(user: Pick<UserRecord, 'id' | 'tenantId'>): Promise<string> {
    const id = randomToken();
    const token = newToken(user.tenantId, id);
    const now = Date.now();
    await this.#repository(user.tenantId).insert({
      _id: id,
      userId: new Types.ObjectId(user.id),
      tokens: [{ hash: hashOfToken(token) }],
      version: 0,
      createdAt: new Date(now),
      expiresAt: this.#end(now),
    });
    return token;
  }

  /**
   * Exchanges a refresh token for the next one. One that was used before ends its whole session.
   * @returns null when the token is not, or no longer, good for anything
   */
  async renew(token: string): Promise<{ userId: string; token: string } | null> {
    const { tenantId, id } = FORM.exec(token)?.groups ?? {};
    if (tenantId === undefined || id === undefined) return null;
    const sessions = this.#repository(tenantId);
    for (;;) {
      const now = Date.now();
      const session = await sessions.findOne({ _id: id, expiresAt: { $gt: new Date(now) } });
      if (session === null) return null;
      const next = newToken(tenantId, id);
      const tokens = rotate(session.tokens, hashOfToken(token), hashOfToken(next), now);
      if (tokens === null) {
        await sessions.deleteOne({ _id: id });
        const userId = session.userId.toHexString();
        this.#logger.warn(`A refresh token of user ${userId} was used twice: the session has ended`);
        await this.audit.note(tenantId, {
          actor: { name: 'system' },
          action: 'auth.session-ended',
          target: { id: userId },
        });
        return null;
      }
      const { version } = session;
      const change = { tokens, version: version + 1, expiresAt: this.#end(now) };
      // Another tab may have been faster; what it left is looked at again.
      if (await sessions.updateOne({ _id: id, version }, { $set: change })) {
        return { userId: session.userId.toHexString(), token: next };
      }
    }
  }

  /** @returns whose session it was; undefined when there was none to end */
  async close(token: string): Promise<{ tenantId: string; userId: string } | undefined> {
    const { tenantId, id } = FORM.exec(token)?.groups ?? {};
    if (tenantId === undefined) return undefined;
    const sessions = this.#repository(tenantId);
    const session = await sessions.findOne({ _id: id });
    if (session === null || !(await sessions.deleteOne({ _id: id }))) return undefined;
    return { tenantId, userId: session.userId.toHexString() };
  }

  #end(now: number): Date {
    return new Date(now + this.config.refreshTtlDays * DAY_MS);
  }

  #repository(tenantId: string): TenantRepository<AuthSession> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const newToken = (tenantId: string, id: string): string => `${tenantId}.${id}.${randomToken()}`;
