import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { QuietHours, Role } from '@tocsin/shared';
import { type ClientSession, type Model, Types } from 'mongoose';
import { changed } from '../audit/audited-request.js';
import { TenantRepository } from '../database/tenant-repository.js';
import { User } from './user.schema.js';

export interface UserRecord {
  id: string;
  tenantId: string;
  email: string;
  name: string;
  role: Role;
}

export interface NewUser extends Omit<UserRecord, 'id'> {
  passwordHash: string;
}

/**
 * Accounts. They are looked up by address or id alone, because that happens while the hub is still
 * finding out who asks and which tenant they belong to.
 */
@Injectable()
export class UsersService implements OnModuleInit {
  constructor(@InjectModel(User.name) private readonly model: Model<User>) {}

  async onModuleInit(): Promise<void> {
    // One account an address is only as good as the index that says so.
    await this.model.init();
  }

  /** With a session it becomes part of that session's transaction. */
  async create(user: NewUser, session?: ClientSession): Promise<UserRecord> {
    const { tenantId, ...rest } = user;
    const [created] = await this.model.create(
      [{ ...rest, tenantId: new Types.ObjectId(tenantId), createdAt: new Date() }],
      { session },
    );
    return recordOf(created!);
  }

  async byId(userId: string): Promise<UserRecord | undefined> {
    const user = await this.model.findById(new Types.ObjectId(userId)).lean<User>();
    return user === null ? undefined : recordOf(user);
  }

  async ofTenant(tenantId: string): Promise<UserRecord[]> {
    return (await this.model.find({ tenantId: new Types.ObjectId(tenantId) }).lean<User[]>()).map(recordOf);
  }

  /** The account of an address and the hash to check its password against. */
  async credentials(email: string): Promise<{ user: UserRecord; passwordHash: string } | undefined> {
    const user = await this.model.findOne({ email: email.toLowerCase() }).lean<User>();
    return user === null ? undefined : { user: recordOf(user), passwordHash: user.passwordHash };
  }

  async quietHours(tenantId: string, userId: string): Promise<QuietHours | undefined> {
    const user = await this.#of(tenantId).findOne({ _id: new Types.ObjectId(userId) }, { quietHours: 1 });
    return user?.quietHours;
  }

  /** Of all members who have said when, by their id. */
  async quietHoursOfTenant(tenantId: string): Promise<Map<string, QuietHours>> {
    const users = await this.#of(tenantId).find({ quietHours: { $exists: true } }, { quietHours: 1 });
    return new Map(users.map(({ _id, quietHours }) => [_id.toHexString(), quietHours!]));
  }

  async saveQuietHours(tenantId: string, userId: string, quietHours: QuietHours): Promise<void> {
    const before = await this.quietHours(tenantId, userId);
    await this.#of(tenantId).updateOne({ _id: new Types.ObjectId(userId) }, { $set: { quietHours } });
    changed({ before, after: quietHours });
  }

  async hasOwner(): Promise<boolean> {
    return (await this.model.exists({ role: 'owner' })) !== null;
  }

  #of(tenantId: string): TenantRepository<User> {
    return new TenantRepository(this.model, new Types.ObjectId(tenantId));
  }
}

const recordOf = ({ _id, tenantId, email, name, role }: User): UserRecord => ({
  id: _id.toHexString(),
  tenantId: tenantId.toHexString(),
  email,
  name,
  role,
});
