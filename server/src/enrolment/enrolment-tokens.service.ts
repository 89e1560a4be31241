import { HttpStatus, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type {
  CreateEnrolmentToken,
  CreatedEnrolmentToken,
  EnrolmentToken,
  EnrolRefusalCode,
} from '@tocsin/shared';
import { type Model, Types } from 'mongoose';
import { changed } from '../audit/audited-request.js';
import { hashOfToken, randomToken } from '../auth/random-token.js';
import { Config } from '../config/config.js';
import { TenantRepository } from '../database/tenant-repository.js';
import { Turns } from '../database/turns.js';
import { ApiException } from '../http/api-exception.js';
import { StoredEnrolmentToken, viewOf } from './enrolment-token.schema.js';
import { refusalOf } from './token-state.js';

/** Tokens of a tenant that let hosts in, at a time. */
export const WORKING_TOKENS = 100;
/** Tokens of a tenant that are kept, those that let nobody in any more included; the oldest of these goes first. */
export const KEPT_TOKENS = 200;

/** The prefix lets people and secret scanners tell what leaked, and tells it from a host's own key. */
const PREFIX = 'toce_';
const HINT_LENGTH = PREFIX.length + 4;
const HOUR_MS = 3_600_000;

interface Place {
  tenantId: string;
  id: Types.ObjectId;
}

/** One use of a token that was taken for a host. */
export interface TakenUse extends Place {
  hint: string;
  tags: string[];
}

/**
 * The tokens that hosts enrol with. Of each the hash is in memory, to find the tenant that it belongs to;
 * how often it may still be used is decided by MongoDB alone, in one step.
 */
@Injectable()
export class EnrolmentTokensService implements OnModuleInit {
  readonly #places = new Map<string, Place>();
  readonly #turns = new Turns();

  constructor(
    @InjectModel(StoredEnrolmentToken.name) private readonly model: Model<StoredEnrolmentToken>,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const { _id, tenantId, hash } of await this.model.find().lean<StoredEnrolmentToken[]>()) {
      this.#places.set(hash, { tenantId: tenantId.toHexString(), id: _id });
    }
  }

  /** Newest first. */
  async list(tenantId: string): Promise<EnrolmentToken[]> {
    const stored = await this.#of(tenantId).find({}, undefined, { sort: { _id: -1 } });
    return stored.map(viewOf);
  }

  /**
   * The only time that a token is there to be read.
   * @throws ApiException 409 when the tenant has too many that work
   */
  create(tenantId: string, settings: CreateEnrolmentToken): Promise<CreatedEnrolmentToken> {
    return this.#turns.take(tenantId, () => this.#create(tenantId, settings, Date.now()));
  }

  /**
   * From now on it lets nobody in. Revoking a token again changes nothing.
   * @throws ApiException 404 when the tenant has no such token
   */
  async revoke(tenantId: string, id: string): Promise<void> {
    const _id = Types.ObjectId.isValid(id) ? new Types.ObjectId(id) : undefined;
    const token = _id && (await this.#of(tenantId).findOne({ _id }));
    if (!token) throw new ApiException(HttpStatus.NOT_FOUND, 'not_found', 'There is no such token.');
    changed({ name: nameOf(token) });
    await this.#of(tenantId).updateOne(
      { _id, revokedAt: { $exists: false } },
      { $set: { revokedAt: new Date() } },
    );
  }

  /** Takes one use of a token; of many at once, as many get one as there are left. */
  async take(token: string, now: number): Promise<TakenUse | EnrolRefusalCode> {
    const place = this.#places.get(hashOfToken(token));
    if (place === undefined) return 'unknown_token';
    const { tenantId, id: _id } = place;
    const taken = await this.#of(tenantId).updateOne(
      {
        _id,
        revokedAt: { $exists: false },
        expiresAt: { $gt: new Date(now) },
        $expr: { $lt: ['$used', '$uses'] },
      },
      { $inc: { used: 1 } },
    );
    if (taken !== null) return { ...place, hint: taken.hint, tags: taken.tags };
    return refusalOf(await this.#of(tenantId).findOne({ _id }), now) ?? 'used_up_token';
  }

  /** No host came of it. */
  async giveBack({ tenantId, id }: TakenUse): Promise<void> {
    await this.#of(tenantId).updateOne({ _id: id, used: { $gt: 0 } }, { $inc: { used: -1 } });
  }

  async #create(
    tenantId: string,
    { note, tags = [], uses = 1, hours = 24 }: CreateEnrolmentToken,
    now: number,
  ): Promise<CreatedEnrolmentToken> {
    await this.#makeRoom(tenantId, now);
    const token = PREFIX + randomToken();
    const stored = await this.#of(tenantId).insert({
      _id: new Types.ObjectId(),
      hash: hashOfToken(token),
      hint: token.slice(0, HINT_LENGTH),
      ...(note !== undefined && { note }),
      tags,
      uses,
      used: 0,
      createdAt: new Date(now),
      expiresAt: new Date(now + hours * HOUR_MS),
    });
    this.#places.set(stored.hash, { tenantId, id: stored._id });
    changed({ name: nameOf(stored) });
    return {
      ...viewOf(stored),
      token,
      // The script knows its hub. Unlike a host's key the token may be seen: it ends by time and by uses.
      command: `curl -fsSL ${this.config.publicUrl}/install.sh | sudo TOCSIN_TOKEN=${token} sh`,
    };
  }

  async #makeRoom(tenantId: string, now: number): Promise<void> {
    const stored = await this.#of(tenantId).find({}, undefined, { sort: { _id: 1 } });
    const ended = stored.filter((token) => refusalOf(token, now) !== undefined);
    if (stored.length - ended.length >= WORKING_TOKENS) {
      throw new ApiException(
        HttpStatus.CONFLICT,
        'conflict',
        `There are ${WORKING_TOKENS} tokens that work already; revoke one that is not needed any more.`,
      );
    }
    const dropped = ended.slice(0, Math.max(0, stored.length - KEPT_TOKENS + 1));
    if (dropped.length === 0) return;
    await this.#of(tenantId).deleteMany({ _id: { $in: dropped.map(({ _id }) => _id) } });
    for (const { hash } of dropped) this.#places.delete(hash);
  }

  #of(tenantId: string): TenantRepository<StoredEnrolmentToken> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

/** As people know it: what it is for, or how it begins. */
const nameOf = ({ note, hint }: Pick<StoredEnrolmentToken, 'note' | 'hint'>): string =>
  note === undefined || note === '' ? `${hint}…` : note;
