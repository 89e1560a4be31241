import { Controller, Get } from '@nestjs/common';
import type { Member } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { UsersService } from './users.service.js';

@Controller('api/v1/members')
export class MembersController {
  constructor(private readonly users: UsersService) {}

  /** Those who can be told and be given incidents, by name. */
  @Get()
  @RequirePermission('members:read')
  async list(@CurrentUser() { tenantId }: Identity): Promise<Member[]> {
    const users = await this.users.ofTenant(tenantId);
    return users
      .map(({ id, name, role }) => ({ id, name, role }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }
}
