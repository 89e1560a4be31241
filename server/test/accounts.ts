import type { LoggerService, Type } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { ApiError, Role, Session } from '@tocsin/shared';
import { Types } from 'mongoose';
import { AccessModule } from '../src/access/access.module.js';
import { AccessTokens } from '../src/auth/access-tokens.js';
import { AuthModule } from '../src/auth/auth.module.js';
import { Passwords } from '../src/auth/passwords.js';
import { SetupService } from '../src/auth/setup.service.js';
import { Config } from '../src/config/config.js';
import { ConfigModule } from '../src/config/config.module.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { EnrolmentModule } from '../src/enrolment/enrolment.module.js';
import { HostsModule } from '../src/hosts/hosts.module.js';
import { ApiErrorFilter } from '../src/http/api-error.filter.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { type UserRecord, UsersService } from '../src/users/users.service.js';
import { freshDatabase } from './database.js';

export const PASSWORD = 'correct horse battery';

export interface AccountsOptions {
  config?: Partial<Config>;
  controllers?: Type[];
  logger?: LoggerService | false;
}

/** Accounts, access and hosts of a hub, served on a port of their own; each start is on its own database. */
export async function startAccounts(options: AccountsOptions = {}) {
  const database = await freshDatabase();
  const first = await hubOn(database.uri, options);
  const hubs = [first];
  return {
    ...first,
    database: database.connection,
    /** One more hub on the same database, or the same one after a restart. */
    another: async () => {
      const hub = await hubOn(database.uri, options);
      hubs.push(hub);
      return hub;
    },
    stop: async () => {
      for (const hub of hubs) await hub.app.close();
      await database.drop();
    },
  };
}

async function hubOn(mongodbUri: string, { config, controllers = [], logger = false }: AccountsOptions) {
  const testing = await Test.createTestingModule({
    imports: [
      ConfigModule.of(new Config({ dataDir: '/nowhere', mongodbUri, ...config })),
      EventEmitterModule.forRoot(),
      DatabaseModule,
      AuthModule,
      AccessModule,
      HostsModule,
      EnrolmentModule,
    ],
    controllers,
  }).compile();
  const app = testing.createNestApplication<NestExpressApplication>({ logger });
  // So that a test can say which address it comes from.
  app.set('trust proxy', 1);
  app.useGlobalFilters(new ApiErrorFilter());
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const service = <T>(type: Type<T>): T => app.get(type, { strict: false });

  /** A user of the default tenant, or of one of their own. */
  async function user(role: Role, tenantId?: string): Promise<UserRecord> {
    return service(UsersService).create({
      tenantId: tenantId ?? (await service(TenantsService).default()).id,
      email: `${role}-${new Types.ObjectId().toHexString()}@example.org`,
      name: `The ${role}`,
      role,
      passwordHash: await service(Passwords).hash(PASSWORD),
    });
  }
  const signedIn = (as: Pick<UserRecord, 'id'>): Client =>
    new Client(url, service(AccessTokens).sign(as).token);

  return {
    app,
    url,
    service,
    user,
    signedIn,
    visitor: () => new Client(url),
    setupToken: () => service(SetupService).link()?.split('#token=')[1] ?? '',
  };
}

/** Unless a test says otherwise, the answer is expected to be a refusal. */
export interface Answer<T = ApiError> {
  status: number;
  body: T;
  headers: Headers;
}

/** Speaks to the API as a browser or a script does, and keeps the refresh cookie. */
export class Client {
  cookie: string | undefined;

  constructor(
    private readonly url: string,
    private readonly accessToken?: string,
    readonly headers: Record<string, string> = {},
  ) {}

  /** The same client at another network address. */
  at(address: string): Client {
    return new Client(this.url, this.accessToken, { ...this.headers, 'X-Forwarded-For': address });
  }

  get = <T = ApiError>(path: string) => this.send<T>('GET', path);
  post = <T = ApiError>(path: string, body?: unknown, headers?: Record<string, string>) =>
    this.send<T>('POST', path, body, headers);
  patch = <T = ApiError>(path: string, body?: unknown) => this.send<T>('PATCH', path, body);
  put = <T = ApiError>(path: string, body?: unknown) => this.send<T>('PUT', path, body);
  delete = (path: string) => this.send('DELETE', path);

  login = (email: string, password = PASSWORD) => this.post<Session>('/auth/login', { email, password });

  async send<T = ApiError>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.accessToken !== undefined && { Authorization: `Bearer ${this.accessToken}` }),
        ...(this.cookie !== undefined && { Cookie: `tocsin_refresh=${this.cookie}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...this.headers,
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith('tocsin_refresh='));
    if (set !== undefined) this.cookie = /^tocsin_refresh=([^;]*)/.exec(set)?.[1] || undefined;
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }
}
