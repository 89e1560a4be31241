import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { NotAudited } from '../audit/not-audited.decorator.js';
import { type History, type HistoryBatch, HistoryBatchQuery, HistoryQuery } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Closed } from '../http/closed.decorator.js';
import { Valid } from '../http/valid.js';
import { HistoryService } from './history.service.js';
import { BatchTimes, Times } from './history-times.js';
import { BatchService } from './queries/batch.service.js';
import { HistoryReads } from './queries/history-reads.js';

@Controller(['api/v1/history', 'history'])
@RequirePermission('history:read')
export class HistoryController {
  constructor(
    private readonly reads: HistoryReads,
    private readonly history: HistoryService,
    private readonly batches: BatchService,
  ) {}

  @Get()
  query(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Times(), new Valid(HistoryQuery)) query: HistoryQuery,
    @Closed() closed: AbortSignal,
  ): Promise<History> {
    return this.reads.run(tenantId, closed, () => this.history.query(tenantId, query, closed));
  }

  /** Changes nothing: it is a `POST` because a page's queries do not fit into an address. */
  @NotAudited('It changes nothing.')
  @Post('batch')
  @HttpCode(HttpStatus.OK)
  batch(
    @CurrentUser() { tenantId }: Identity,
    @Body(new BatchTimes(), new Valid(HistoryBatchQuery)) batch: HistoryBatchQuery,
    @Closed() closed: AbortSignal,
  ): Promise<HistoryBatch> {
    return this.reads.run(tenantId, closed, () => this.batches.query(tenantId, batch, closed));
  }
}
