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
import { sendText } from './send-text.js';

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
    const leave = this.open.enter(tenantId);
    try {
      await sendText(file, response);
    } catch (error) {
      // That somebody has gone is no fault, and there is nobody to tell.
      if (!hasGone(error, closed)) throw error;
    } finally {
      leave();
    }
  }
}

const hasGone = (error: unknown, closed: AbortSignal): boolean =>
  (closed.aborted && error === closed.reason) ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE');
