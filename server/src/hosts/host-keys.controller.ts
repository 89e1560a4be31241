import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import type { CreatedKey, HostKey } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { HostKeysService } from './host-keys.service.js';

@Controller('api/v1/hosts/:hostId/keys')
export class HostKeysController {
  constructor(private readonly keys: HostKeysService) {}

  @Get()
  @RequirePermission('hosts:write')
  list(@CurrentUser() { tenantId }: Identity, @Param('hostId') hostId: string): HostKey[] {
    return this.keys.list(tenantId, hostId);
  }

  @Post()
  @RequirePermission('hosts:write')
  create(@CurrentUser() { tenantId }: Identity, @Param('hostId') hostId: string): Promise<CreatedKey> {
    return this.keys.create(tenantId, hostId);
  }

  @Delete(':keyId')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequirePermission('hosts:write')
  async revoke(
    @CurrentUser() { tenantId }: Identity,
    @Param('hostId') hostId: string,
    @Param('keyId') keyId: string,
  ): Promise<void> {
    await this.keys.revoke(tenantId, hostId, keyId);
  }
}
