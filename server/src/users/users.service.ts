import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Role } from '@tocsin/shared';
import { type ClientSession, type Model, Types } from 'mongoose';
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

  async hasOwner(): Promise<boolean> {
    return (await this.model.exists({ role: 'owner' })) !== null;
  }
}

const recordOf = ({ _id, tenantId, email, name, role }: User): UserRecord => ({
  id: _id.toHexString(),
  tenantId: tenantId.toHexString(),
  email,
  name,
  role,
});
