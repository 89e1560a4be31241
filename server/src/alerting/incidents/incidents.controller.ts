import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  Acknowledge,
  Assign,
  BulkAction,
  type BulkAnswer,
  Comment,
  countsOf,
  type Incident,
  type IncidentAction,
  type IncidentCounts,
  type IncidentPage,
  IncidentsQuery,
  ResolveByHand,
  Snooze,
} from '@tocsin/shared';
import type { Static } from 'typebox';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { ApiException } from '../../http/api-exception.js';
import { Valid } from '../../http/valid.js';
import { UsersService } from '../../users/users.service.js';
import { IncidentActions } from './incident-actions.js';
import { IncidentLists } from './incident-lists.js';
import { IncidentsService } from './incidents.service.js';

@Controller('api/v1/incidents')
export class IncidentsController {
  constructor(
    private readonly incidents: IncidentsService,
    private readonly lists: IncidentLists,
    private readonly actions: IncidentActions,
    private readonly users: UsersService,
  ) {}

  @Get()
  @RequirePermission('incidents:read')
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Valid(IncidentsQuery)) query: IncidentsQuery,
  ): Promise<IncidentPage> {
    return this.lists.page(tenantId, query);
  }

  @Get('counts')
  @RequirePermission('incidents:read')
  counts(@CurrentUser() { tenantId }: Identity): IncidentCounts {
    return countsOf(this.incidents.openOf(tenantId));
  }

  @Get(':id')
  @RequirePermission('incidents:read')
  one(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<Incident> {
    return this.incidents.one(tenantId, id);
  }

  @Post('bulk')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  async bulk(
    @CurrentUser() user: Identity,
    @Body(new Valid(BulkAction)) body: BulkAction,
  ): Promise<BulkAnswer> {
    return this.actions.bulk(user.tenantId, body, await this.#actor(user), Date.now());
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  acknowledge(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(Acknowledge)) body: Static<typeof Acknowledge>,
  ): Promise<Incident> {
    return this.#do(user, id, { kind: 'acknowledge', ...body });
  }

  @Post(':id/unacknowledge')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  unacknowledge(@CurrentUser() user: Identity, @Param('id') id: string): Promise<Incident> {
    return this.#do(user, id, { kind: 'unacknowledge' });
  }

  @Post(':id/snooze')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  snooze(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(Snooze)) body: Static<typeof Snooze>,
  ): Promise<Incident> {
    return this.#do(user, id, { kind: 'snooze', ...body });
  }

  @Post(':id/unsnooze')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  unsnooze(@CurrentUser() user: Identity, @Param('id') id: string): Promise<Incident> {
    return this.#do(user, id, { kind: 'unsnooze' });
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  resolve(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(ResolveByHand)) body: Static<typeof ResolveByHand>,
  ): Promise<Incident> {
    return this.#do(user, id, { kind: 'resolve', ...body });
  }

  @Post(':id/comments')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  comment(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(Comment)) body: Static<typeof Comment>,
  ): Promise<Incident> {
    return this.#do(user, id, { kind: 'comment', ...body });
  }

  @Post(':id/assign')
  @HttpCode(200)
  @RequirePermission('incidents:write')
  assign(
    @CurrentUser() user: Identity,
    @Param('id') id: string,
    @Body(new Valid(Assign)) body: Static<typeof Assign>,
  ): Promise<Incident> {
    return this.#do(user, id, { kind: 'assign', ...body });
  }

  async #do(user: Identity, id: string, action: IncidentAction): Promise<Incident> {
    return this.actions.do(user.tenantId, id, action, await this.#actor(user), Date.now());
  }

  async #actor({ userId }: Identity) {
    const user = await this.users.byId(userId);
    if (user === undefined) throw new ApiException(401, 'unauthorized', 'This account is gone.');
    return { id: user.id, name: user.name, via: 'web' };
  }
}
