import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Role } from '@tocsin/shared';
import { Config } from '../config/config.js';
import { type UserRecord, UsersService } from '../users/users.service.js';
import { HubSecrets } from './hub-secrets.js';

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
    private readonly secrets: HubSecrets,
    private readonly jwt: JwtService,
    private readonly users: UsersService,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    this.#secret = await this.secrets.of(SECRET);
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
