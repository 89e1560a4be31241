import type { AuditExportQuery, AuditPage, AuditQuery } from '@tocsin/shared';
import { authorized } from './authorized.js';
import { download } from './download.js';

export const listAudit = (query: AuditQuery) => authorized<AuditPage>('GET', '/audit', { query });
export const saveAudit = (query: AuditExportQuery) => download('/audit/export', query);
