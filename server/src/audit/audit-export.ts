import { Injectable } from '@nestjs/common';
import type { AuditExportQuery, AuditQuery } from '@tocsin/shared';
import { chunksOf, withHead } from '../samples/export/chunks.js';
import type { TextFile } from '../samples/export/send-text.js';
import { AUDIT_LINES, type AuditLines } from './audit-lines.js';
import { AuditLog } from './audit-log.js';

/** So many entries are held at a time. */
const AT_A_TIME = 500;

/** Writes the log down, however long. */
@Injectable()
export class AuditExport {
  constructor(private readonly log: AuditLog) {}

  /** Nothing is read before the text is asked for. */
  file(
    tenantId: string,
    { format, ...filters }: AuditExportQuery,
    closed: AbortSignal,
    now: number,
  ): TextFile {
    const lines = AUDIT_LINES[format];
    const day = new Date(now).toISOString().slice(0, 10);
    return {
      name: `audit_${day}.${format}`,
      contentType: lines.contentType,
      text: withHead(lines.head, this.#texts(tenantId, filters, lines, closed)),
    };
  }

  async *#texts(
    tenantId: string,
    filters: AuditQuery,
    lines: AuditLines,
    closed: AbortSignal,
  ): AsyncGenerator<string> {
    let after: string | undefined;
    do {
      closed.throwIfAborted();
      const { entries, next } = await this.log.page(tenantId, {
        ...filters,
        limit: AT_A_TIME,
        ...(after !== undefined && { after }),
      });
      yield* chunksOf(entries.map((entry) => lines.line(entry)));
      after = next;
    } while (after !== undefined);
  }
}
