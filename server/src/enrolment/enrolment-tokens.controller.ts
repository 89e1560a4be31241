import { Body, Controller, Delete, Get, Header, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { type CreatedEnrolmentToken, CreateEnrolmentToken, type EnrolmentToken } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Valid } from '../http/valid.js';
import { EnrolmentTokensService } from './enrolment-tokens.service.js';

@Controller('api/v1/enrolment-tokens')
export class EnrolmentTokensController {
  constructor(private readonly tokens: EnrolmentTokensService) {}

  @Get()
  @RequirePermission('hosts:write')
  list(@CurrentUser() { tenantId }: Identity): Promise<EnrolmentToken[]> {
    return this.tokens.list(tenantId);
  }

  @Post()
  @RequirePermission('hosts:write')
  @Header('Cache-Control', 'no-store')
  create(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(CreateEnrolmentToken)) body: CreateEnrolmentToken,
  ): Promise<CreatedEnrolmentToken> {
    return this.tokens.create(tenantId, body);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @RequirePermission('hosts:write')
  revoke(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    return this.tokens.revoke(tenantId, id);
  }
}
