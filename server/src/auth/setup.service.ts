import { HttpStatus, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectConnection, InjectModel } from '@nestjs/mongoose';
import type { SetupRequest } from '@tocsin/shared';
import type { Connection, Model } from 'mongoose';
import { Config } from '../config/config.js';
import { ApiException } from '../http/api-exception.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type UserRecord, UsersService } from '../users/users.service.js';
import { HubSecret } from './hub-secret.schema.js';
import { Passwords } from './passwords.js';
import { hashOfToken, isTokenOf, randomToken } from './random-token.js';

const SECRET = 'setup';

/** The first account, made once, by whoever can read what the hub prints. */
@Injectable()
export class SetupService implements OnModuleInit {
  #token: string | undefined;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @InjectModel(HubSecret.name) private readonly secrets: Model<HubSecret>,
    private readonly users: UsersService,
    private readonly tenants: TenantsService,
    private readonly passwords: Passwords,
    private readonly config: Config,
  ) {}

  /** A new token at each start, for as long as there is no owner. */
  async onModuleInit(): Promise<void> {
    if (await this.users.hasOwner()) return;
    this.#token = randomToken();
    await this.secrets.findOneAndUpdate(
      { _id: SECRET },
      { $set: { value: hashOfToken(this.#token) } },
      { upsert: true },
    );
  }

  /** Where the first account is made; undefined once there is one. Only for the terminal, never for a log. */
  link(): string | undefined {
    return this.#token && `${this.config.publicUrl}/setup#token=${this.#token}`;
  }

  async needed(): Promise<boolean> {
    return !(await this.users.hasOwner());
  }

  /**
   * Makes the owner and uses up the token, both or neither.
   * @throws ApiException 403 when the token is wrong or used
   */
  async makeOwner({ token, name, email, password }: SetupRequest): Promise<UserRecord> {
    const secret = await this.secrets.findById(SECRET).lean<HubSecret>();
    if (secret === null || !isTokenOf(token, secret.value)) throw wrongToken();
    const passwordHash = await this.passwords.hash(password);
    const { id: tenantId } = await this.tenants.default();
    const owner = await this.connection.transaction(async (session) => {
      const used = await this.secrets.deleteOne({ _id: SECRET, value: secret.value }, { session });
      if (used.deletedCount === 0) throw wrongToken();
      return this.users.create({ tenantId, email, name, role: 'owner', passwordHash }, session);
    });
    this.#token = undefined;
    return owner;
  }
}

const wrongToken = () =>
  new ApiException(
    HttpStatus.FORBIDDEN,
    'forbidden',
    'This set-up link is not valid any more. Until there is an account, the hub prints a new one each time it starts.',
  );
