import type { AuditPage, AuditQuery } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listAudit = (query: AuditQuery) => authorized<AuditPage>('GET', '/audit', { query });
