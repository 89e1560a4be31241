import { Controller, Get, Query, Res } from '@nestjs/common';
import { AuditExportQuery, type AuditPage, AuditQuery } from '@tocsin/shared';
import type { Response } from 'express';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Closed } from '../http/closed.decorator.js';
import { Valid } from '../http/valid.js';
import { OpenExports } from '../samples/export/open-exports.js';
import { sendExport } from '../samples/export/send-export.js';
import { Times } from '../samples/history-times.js';
import { AuditExport } from './audit-export.js';
import { AuditLog } from './audit-log.js';

@Controller('api/v1/audit')
@RequirePermission('audit:read')
export class AuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly exports: AuditExport,
    private readonly open: OpenExports,
  ) {}

  @Get()
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Times(), new Valid(AuditQuery)) query: AuditQuery,
  ): Promise<AuditPage> {
    return this.log.page(tenantId, query);
  }

  @Get('export')
  export(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Times(), new Valid(AuditExportQuery)) query: AuditExportQuery,
    @Closed() closed: AbortSignal,
    @Res() response: Response,
  ): Promise<void> {
    const file = this.exports.file(tenantId, query, closed, Date.now());
    return sendExport(this.open, tenantId, file, response, closed);
  }
}
