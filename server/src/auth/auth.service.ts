import { HttpStatus, Injectable, Logger } from '@nestjs/common';
import type { LoginRequest, Me, Session, SetupRequest } from '@tocsin/shared';
import { AuditLog } from '../audit/audit-log.js';
import { ApiException } from '../http/api-exception.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type UserRecord, UsersService } from '../users/users.service.js';
import { AccessTokens } from './access-tokens.js';
import { Passwords } from './passwords.js';
import { SessionsService } from './sessions.service.js';
import { SetupService } from './setup.service.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** What a person gets who signed in; the refresh token is for the cookie only. */
export interface SignedInSession {
  session: Session;
  refreshToken: string;
}

@Injectable()
export class AuthService {
  readonly #logger = new Logger(AuthService.name);

  constructor(
    private readonly setups: SetupService,
    private readonly throttle: SignInThrottle,
    private readonly passwords: Passwords,
    private readonly users: UsersService,
    private readonly tenants: TenantsService,
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLog,
  ) {}

  async setup(request: SetupRequest, address: string): Promise<SignedInSession> {
    await this.throttle.attempt(address);
    const owner = await this.setups.makeOwner(request);
    await this.throttle.succeeded(address, owner.email);
    const opened = await this.#open(owner);
    await this.#note('auth.setup', owner);
    return opened;
  }

  /** @throws ApiException 401, the same for a wrong password and an unknown account; TooManyAttempts */
  async login({ email, password }: LoginRequest, address: string): Promise<SignedInSession> {
    await this.throttle.attempt(address, email);
    const account = await this.users.credentials(email);
    const right = await this.passwords.matches(password, account?.passwordHash);
    if (account === undefined || !right) {
      if (account !== undefined) this.#noteFailure(account.user);
      throw new ApiException(HttpStatus.UNAUTHORIZED, 'unauthorized', 'Email or password is wrong.');
    }
    await this.throttle.succeeded(address, email);
    const opened = await this.#open(account.user);
    await this.#note('auth.login', account.user);
    return opened;
  }

  /** @throws ApiException 401 when the refresh token is not good any more */
  async refresh(refreshToken: string | undefined): Promise<SignedInSession> {
    const renewed = refreshToken === undefined ? null : await this.sessions.renew(refreshToken);
    if (renewed === null) throw signInAgain();
    const user = await this.users.byId(renewed.userId);
    if (user === undefined) {
      await this.sessions.close(renewed.token);
      throw signInAgain();
    }
    return { session: await this.#session(user), refreshToken: renewed.token };
  }

  async logout(refreshToken: string | undefined): Promise<void> {
    const ended = refreshToken === undefined ? undefined : await this.sessions.close(refreshToken);
    const user = ended && (await this.users.byId(ended.userId));
    if (user !== undefined) await this.#note('auth.logout', user);
  }

  async me(userId: string): Promise<Me> {
    const user = await this.users.byId(userId);
    if (user === undefined) throw signInAgain();
    return this.#describe(user);
  }

  #note(action: string, { id, name, tenantId }: UserRecord): Promise<void> {
    return this.audit.note(tenantId, { actor: { id, name }, action, target: { id, name } });
  }

  /**
   * Nobody waits for it: an answer that takes longer than that for an unknown account would tell that there is
   * this one. How many there can be is bounded by the throttle.
   */
  #noteFailure({ id, name, tenantId }: UserRecord): void {
    this.audit
      .note(tenantId, { actor: { name: 'unknown' }, action: 'auth.login-failed', target: { id, name } })
      .catch((error: Error) => {
        this.#logger.error(`A failed sign-in of ${id} is not in the audit log: ${error.message}`);
      });
  }

  async #open(user: UserRecord): Promise<SignedInSession> {
    return { session: await this.#session(user), refreshToken: await this.sessions.open(user) };
  }

  async #session(user: UserRecord): Promise<Session> {
    const { token, expiresAt } = this.accessTokens.sign(user);
    return { accessToken: token, expiresAt, me: await this.#describe(user) };
  }

  async #describe({ id, name, email, role, tenantId }: UserRecord): Promise<Me> {
    const tenant = await this.tenants.get(tenantId);
    if (tenant === undefined) throw signInAgain();
    return { id, name, email, role, tenant: { id: tenant.id, name: tenant.name } };
  }
}

const signInAgain = () => new ApiException(HttpStatus.UNAUTHORIZED, 'unauthorized', 'Please sign in again.');
