import { Controller, Get, Query, Res } from '@nestjs/common';
import { HistoryExportQuery } from '@tocsin/shared';
import type { Response } from 'express';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Closed } from '../../http/closed.decorator.js';
import { Valid } from '../../http/valid.js';
import { Times } from '../history-times.js';
import { ExportService } from './export.service.js';
import { OpenExports } from './open-exports.js';
import { sendExport } from './send-export.js';

@Controller(['api/v1/history/export', 'history/export'])
@RequirePermission('history:read')
export class ExportController {
  constructor(
    private readonly exports: ExportService,
    private readonly open: OpenExports,
  ) {}

  @Get()
  async export(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Times(), new Valid(HistoryExportQuery)) query: HistoryExportQuery,
    @Closed() closed: AbortSignal,
    @Res() response: Response,
  ): Promise<void> {
    const file = this.exports.file(tenantId, query, closed);
    await sendExport(this.open, tenantId, file, response, closed);
  }
}
