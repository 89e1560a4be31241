import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectModel } from '@nestjs/mongoose';
import type { Role } from '@tocsin/shared';
import type { Model } from 'mongoose';
import { Config } from '../config/config.js';
import { type UserRecord, UsersService } from '../users/users.service.js';
import { HubSecret } from './hub-secret.schema.js';
import { randomToken } from './random-token.js';

const SECRET = 'access-tokens';
const AUDIENCE = 'tocsin';
const ALGORITHM = 'HS256';

/** Whom a valid access token belongs to. `expiresAt` is UTC ms. */
export interface Identity {
  userId: string;
  tenantId: string;
  role: Role;
  expiresAt: number;
}

interface Claims {
  sub: string;
  exp: number;
}

/**
 * The short-lived tokens that requests and live connections carry. A token only says who; what they may
 * do, and whether they still exist, is looked up each time.
 */
@Injectable()
export class AccessTokens implements OnModuleInit {
  #secret = '';

  constructor(
    @InjectModel(HubSecret.name) private readonly secrets: Model<HubSecret>,
    private readonly jwt: JwtService,
    private readonly users: UsersService,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    // Made once, and kept, so that a restart of the hub signs nobody out.
    const secret = await this.secrets
      .findOneAndUpdate(
        { _id: SECRET },
        { $setOnInsert: { value: randomToken() } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<HubSecret>();
    this.#secret = secret.value;
  }

  /** `expiresAt` is UTC ms. */
  sign(user: Pick<UserRecord, 'id'>): { token: string; expiresAt: number } {
    const exp = Math.floor(Date.now() / 1000) + this.config.jwtTtlSeconds;
    const token = this.jwt.sign({ sub: user.id, aud: AUDIENCE, exp } satisfies Claims & { aud: string }, {
      secret: this.#secret,
      algorithm: ALGORITHM,
    });
    return { token, expiresAt: exp * 1000 };
  }

  /** Null for a token that is not ours, has ended, or whose user is gone. */
  async verify(token: string): Promise<Identity | null> {
    const claims = this.#claims(token);
    const user = claims && (await this.users.byId(claims.sub));
    if (!claims || !user) return null;
    return { userId: user.id, tenantId: user.tenantId, role: user.role, expiresAt: claims.exp * 1000 };
  }

  #claims(token: string): Claims | null {
    try {
      return this.jwt.verify<Claims>(token, {
        secret: this.#secret,
        algorithms: [ALGORITHM],
        audience: AUDIENCE,
      });
    } catch {
      return null;
    }
  }
}
