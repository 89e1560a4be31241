import { Controller, Get, Query } from '@nestjs/common';
import { type AuditPage, AuditQuery } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Valid } from '../http/valid.js';
import { AuditLog } from './audit-log.js';

@Controller('api/v1/audit')
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  @RequirePermission('audit:read')
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Valid(AuditQuery)) query: AuditQuery,
  ): Promise<AuditPage> {
    return this.log.page(tenantId, query);
  }
}
