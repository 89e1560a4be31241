import type { History, HistoryQuery } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const readHistory = (query: HistoryQuery, signal?: AbortSignal) =>
  authorized<History>('GET', '/history', { query, signal });
