import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { type Incident, type IncidentPage, IncidentsQuery } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { ApiException } from '../../http/api-exception.js';
import { Valid } from '../../http/valid.js';
import { UsersService } from '../../users/users.service.js';
import { IncidentsService } from './incidents.service.js';

@Controller('api/v1/incidents')
export class IncidentsController {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly users: UsersService,
  ) {}

  @Get()
  @RequirePermission('incidents:read')
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Valid(IncidentsQuery)) query: IncidentsQuery,
  ): Promise<IncidentPage> {
    return this.incidents.list(tenantId, query);
  }

  @Get(':id')
  @RequirePermission('incidents:read')
  one(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<Incident> {
    return this.incidents.one(tenantId, id);
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @RequirePermission('incidents:acknowledge')
  async acknowledge(
    @CurrentUser() { tenantId, userId }: Identity,
    @Param('id') id: string,
  ): Promise<Incident> {
    const user = await this.users.byId(userId);
    if (user === undefined) throw new ApiException(401, 'unauthorized', 'This account is gone.');
    return this.incidents.acknowledge(tenantId, id, user.name, Date.now());
  }
}
