import type { HistoryBatch, HistoryBatchQuery, HistoryExportQuery } from '@tocsin/shared';
import { authorized } from './authorized.js';
import { download } from './download.js';

export const readHistories = (batch: HistoryBatchQuery, signal?: AbortSignal) =>
  authorized<HistoryBatch>('POST', '/history/batch', { body: batch, signal });

export const saveHistory = (query: HistoryExportQuery) => download('/history/export', query);
