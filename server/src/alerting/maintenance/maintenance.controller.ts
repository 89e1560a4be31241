import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import {
  MaintenanceChanges,
  type MaintenancePreview,
  MaintenancePreviewQuery,
  MaintenanceSettings,
  type MaintenanceView,
} from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { MatchingService } from '../matching/matching.service.js';
import { MaintenanceService } from './maintenance.service.js';

@Controller('api/v1/maintenance')
export class MaintenanceController {
  constructor(
    private readonly maintenance: MaintenanceService,
    private readonly matching: MatchingService,
  ) {}

  @Get()
  @RequirePermission('maintenance:read')
  list(@CurrentUser() { tenantId }: Identity): MaintenanceView[] {
    return this.maintenance.list(tenantId, Date.now());
  }

  @Post()
  @RequirePermission('maintenance:write')
  async create(
    @CurrentUser() { tenantId, userId }: Identity,
    @Body(new Valid(MaintenanceSettings)) settings: MaintenanceSettings,
  ): Promise<MaintenanceView> {
    return this.maintenance.create(tenantId, settings, await this.matching.author(userId), Date.now());
  }

  /** Changes nothing: what it would hide right now, and when it would be on. */
  @NotAudited('It changes nothing.')
  @Post('preview')
  @HttpCode(200)
  @RequirePermission('maintenance:read')
  preview(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(MaintenancePreviewQuery)) query: MaintenancePreviewQuery,
  ): Promise<MaintenancePreview> {
    return this.maintenance.preview(tenantId, query, Date.now());
  }

  @Patch(':id')
  @RequirePermission('maintenance:write')
  update(
    @CurrentUser() { tenantId }: Identity,
    @Param('id') id: string,
    @Body(new Valid(MaintenanceChanges)) changes: MaintenanceChanges,
  ): Promise<MaintenanceView> {
    return this.maintenance.update(tenantId, id, changes, Date.now());
  }

  /** Ends the occurrence that is on; the next one comes as planned. */
  @Post(':id/end')
  @HttpCode(200)
  @RequirePermission('maintenance:write')
  end(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<MaintenanceView> {
    return this.maintenance.end(tenantId, id, Date.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('maintenance:write')
  remove(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    return this.maintenance.remove(tenantId, id, Date.now());
  }
}
