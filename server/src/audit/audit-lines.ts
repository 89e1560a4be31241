import type { AuditEntry, AuditExportQuery } from '@tocsin/shared';
import { cell } from '../samples/export/export-format.js';

/** How entries are written down, one a line. */
export interface AuditLines {
  readonly contentType: string;
  readonly head: string;
  line(entry: AuditEntry): string;
}

const COLUMNS = ['time', 'who', 'whoId', 'action', 'target', 'targetId', 'part'];

const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

/** RFC 4180, in UTF-8. Names and programs were chosen by whoever sent them: a spreadsheet must not run them. */
const csv: AuditLines = {
  contentType: 'text/csv; charset=utf-8; header=present',
  head: `${[...COLUMNS, 'sent', 'changes', 'address', 'program'].join()}\r\n`,
  line: ({ at, actor, action, target, sent, changes, address, program }) => {
    const what = [action, target.name ?? '', target.id ?? '', target.part ?? ''];
    const cells = [actor.name, actor.id ?? '', ...what, json(sent), json(changes), address, program];
    return `${new Date(at).toISOString()},${cells.map(cell).join()}\r\n`;
  },
};

/** As the API answers, but the time in words. */
const ndjson: AuditLines = {
  contentType: 'application/x-ndjson; charset=utf-8',
  head: '',
  line: ({ at, ...entry }) => `${JSON.stringify({ time: new Date(at).toISOString(), ...entry })}\n`,
};

export const AUDIT_LINES: Record<AuditExportQuery['format'], AuditLines> = { csv, ndjson };
