import { Body, Controller, Get, Put } from '@nestjs/common';
import { Retention, type RetentionView } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { ForecastService } from './forecast.service.js';
import { RetentionService } from './retention.service.js';

@Controller('api/v1/retention')
export class RetentionController {
  constructor(
    private readonly retention: RetentionService,
    private readonly forecast: ForecastService,
  ) {}

  @Get()
  @RequirePermission('retention:read')
  get(@CurrentUser() { tenantId }: Identity): Promise<RetentionView> {
    return this.forecast.of(tenantId, Date.now());
  }

  @Put()
  @RequirePermission('retention:write')
  async put(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(Retention)) retention: Retention,
  ): Promise<RetentionView> {
    await this.retention.save(tenantId, retention);
    return this.forecast.of(tenantId, Date.now());
  }
}
