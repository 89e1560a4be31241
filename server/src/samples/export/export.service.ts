import { Injectable } from '@nestjs/common';
import type { History, HistoryExportQuery, HistoryQuery } from '@tocsin/shared';
import { ApiException } from '../../http/api-exception.js';
import { HostsService } from '../../hosts/hosts.service.js';
import { checkHistoryQuery } from '../history-check.js';
import { HistoryService } from '../history.service.js';
import { HistoryReads } from '../queries/history-reads.js';
import { chunksOf, withHead } from './chunks.js';
import { EXPORT_FORMATS, type ExportFormat } from './export-format.js';
import { fileName } from './file-name.js';
import { exportStep } from './export-step.js';
import { RAW_COLUMNS, RawLines } from './raw-lines.js';
import { RawMinutes } from './raw-minutes.js';
import type { TextFile } from './send-text.js';
import { STEP_COLUMNS, steppedLines } from './stepped-lines.js';

/** So many steps are asked for at a time; fewer where a host has thousands of series. */
const WINDOW_STEPS = 500;

/** Writes the history of a host down, however long, and holds a piece of it at a time. */
@Injectable()
export class ExportService {
  constructor(
    private readonly hosts: HostsService,
    private readonly minutes: RawMinutes,
    private readonly history: HistoryService,
    private readonly reads: HistoryReads,
  ) {}

  /**
   * Nothing is read before the text is asked for.
   * @throws ApiException 404 when the tenant has no such host, 400 for what cannot be asked
   */
  file(tenantId: string, query: HistoryExportQuery, signal: AbortSignal): TextFile {
    const { name } = this.hosts.of(tenantId, query.host);
    checkHistoryQuery(query);
    const step = exportStep(query);
    const format = EXPORT_FORMATS[query.format];
    return {
      name: fileName(name, query),
      contentType: format.contentType,
      text:
        step === undefined
          ? withHead(format.head(RAW_COLUMNS), this.#raw(tenantId, query, format, signal))
          : withHead(format.head(STEP_COLUMNS), this.#stepped(tenantId, query, step, format, signal)),
    };
  }

  async *#raw(
    tenantId: string,
    { host, metric, from, to }: HistoryExportQuery,
    format: ExportFormat,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const lines = new RawLines(metric, format);
    const wanted = lines.wanted.bind(lines);
    for (let at = from; at < to;) {
      const begin = at;
      const { minutes, end } = await this.reads.goOn(tenantId, signal, () =>
        this.minutes.read({ tenantId, hostId: host }, begin, to, signal),
      );
      for (const minute of minutes) yield* chunksOf(lines.of(minute(wanted), from, to));
      at = end;
    }
  }

  async *#stepped(
    tenantId: string,
    { host, metric, from, to }: HistoryExportQuery,
    step: number,
    format: ExportFormat,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    let most = WINDOW_STEPS;
    for (let at = Math.floor(from / step) * step; at < to;) {
      const points = Math.min(most, Math.ceil((to - at) / step));
      const answer = await this.#window(
        tenantId,
        { host, metric, from: at, to: at + points * step, points },
        signal,
      );
      if (answer === undefined) {
        most = Math.ceil(points / 2);
        continue;
      }
      yield* chunksOf(steppedLines(answer, format));
      at = answer.to;
    }
  }

  /** Undefined when the answer would be too large, and less can be asked for. */
  async #window(tenantId: string, query: HistoryQuery, signal: AbortSignal): Promise<History | undefined> {
    try {
      return await this.reads.goOn(tenantId, signal, () => this.history.query(tenantId, query, signal));
    } catch (error) {
      if (error instanceof ApiException && error.body.field === '/points' && query.points !== 1)
        return undefined;
      throw error;
    }
  }
}
