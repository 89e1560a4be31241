import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post } from '@nestjs/common';
import { CreateHost, type CreatedHost, type HostView, UpdateHost } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Valid } from '../http/valid.js';
import { HostKeysService } from './host-keys.service.js';
import { viewOf } from './host-record.js';
import { HostsService } from './hosts.service.js';

@Controller('api/v1/hosts')
export class HostsController {
  constructor(
    private readonly hosts: HostsService,
    private readonly keys: HostKeysService,
  ) {}

  @Get()
  @RequirePermission('hosts:read')
  list(@CurrentUser() { tenantId }: Identity): HostView[] {
    return this.hosts.list(tenantId).map(viewOf);
  }

  @Get(':id')
  @RequirePermission('hosts:read')
  get(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): HostView {
    return viewOf(this.hosts.of(tenantId, id));
  }

  /** With its first key, since a host is added to be watched. */
  @Post()
  @RequirePermission('hosts:write')
  async create(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(CreateHost)) body: CreateHost,
  ): Promise<CreatedHost> {
    const host = await this.hosts.create(tenantId, body);
    return { host: viewOf(host), key: await this.keys.create(tenantId, host.id) };
  }

  @Patch(':id')
  @RequirePermission('hosts:write')
  async update(
    @CurrentUser() { tenantId }: Identity,
    @Param('id') id: string,
    @Body(new Valid(UpdateHost)) body: UpdateHost,
  ): Promise<HostView> {
    return viewOf(await this.hosts.update(tenantId, id, body));
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequirePermission('hosts:write')
  async remove(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    await this.hosts.remove(tenantId, id);
  }
}
