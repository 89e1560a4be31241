import { Controller, Get, type PipeTransform, Query } from '@nestjs/common';
import { type History, HistoryQuery } from '@tocsin/shared';
import { CurrentUser } from '../access/current-user.decorator.js';
import { RequirePermission } from '../access/require-permission.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { Valid } from '../http/valid.js';
import { HistoryService } from './history.service.js';
import { readTimes } from './history-times.js';

class Times implements PipeTransform<unknown, unknown> {
  transform(query: unknown): unknown {
    return readTimes(query);
  }
}

@Controller(['api/v1/history', 'history'])
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @RequirePermission('history:read')
  query(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Times(), new Valid(HistoryQuery)) query: HistoryQuery,
  ): Promise<History> {
    return this.history.query(tenantId, query);
  }
}
