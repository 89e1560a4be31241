import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { type Policy, PolicyOrder, PolicySettings } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { PoliciesService } from './policies.service.js';

@Controller('api/v1/policies')
export class PoliciesController {
  constructor(private readonly policies: PoliciesService) {}

  /** In the order in which they are asked. */
  @Get()
  @RequirePermission('policies:read')
  list(@CurrentUser() { tenantId }: Identity): Promise<readonly Policy[]> {
    return this.policies.list(tenantId);
  }

  /** It comes before all others. */
  @Post()
  @RequirePermission('policies:write')
  create(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(PolicySettings)) settings: PolicySettings,
  ): Promise<Policy> {
    return this.policies.create(tenantId, settings);
  }

  @Put('order')
  @RequirePermission('policies:write')
  order(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(PolicyOrder)) { ids }: PolicyOrder,
  ): Promise<readonly Policy[]> {
    return this.policies.order(tenantId, ids);
  }

  /** All settings anew: what is left out is taken away. */
  @Put(':id')
  @RequirePermission('policies:write')
  replace(
    @CurrentUser() { tenantId }: Identity,
    @Param('id') id: string,
    @Body(new Valid(PolicySettings)) settings: PolicySettings,
  ): Promise<Policy> {
    return this.policies.replace(tenantId, id, settings);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('policies:write')
  remove(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    return this.policies.remove(tenantId, id);
  }
}
