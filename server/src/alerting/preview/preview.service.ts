import { setImmediate as breathe } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  covers,
  type FiringSpan,
  type History,
  HOST_LOST,
  type HistorySeries,
  PREVIEW_LIMITS,
  ruleFor,
  type RulePreview,
  type RulePreviewQuery,
  type RuleSettings,
  seriesKey,
  whenFired,
} from '@tocsin/shared';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import { ApiException } from '../../http/api-exception.js';
import { HistoryService } from '../../samples/history.service.js';
import { HistoryReads } from '../../samples/queries/history-reads.js';
import { RulesService } from '../rules/rules.service.js';
import { readingsOf } from './readings.js';

/** Whatever a host reports, one of these is in it: they tell that a series was missing, and not the host. */
const SIGNS_OF_LIFE = ['cpu.usage', 'ram.usage', 'host.uptime'];

/** Says when a rule would have fired, by the code that judges frames. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly rules: RulesService,
    private readonly hosts: HostsService,
    private readonly history: HistoryService,
    private readonly reads: HistoryReads,
  ) {}

  /**
   * One host after the other, each a read of the past like any other.
   * @throws ApiException 400 with the field, 404, or 429 and 503 when too many reads wait
   */
  async preview(tenantId: string, query: RulePreviewQuery, signal: AbortSignal): Promise<RulePreview> {
    this.#check(tenantId, query);
    const hosts = query.hosts.map((id) => this.hosts.of(tenantId, id));
    const answer: RulePreview = { step: 0, series: 0, spans: [], more: false };
    for (const [i, host] of hosts.entries()) {
      const rule = ruleFor({ ...query.rule, enabled: true }, host.id);
      if (!rule.enabled || !covers(rule, host, rule)) continue;
      const read = () => this.#judge(tenantId, host, rule, query, signal, answer);
      await (i === 0 ? this.reads.run(tenantId, signal, read) : this.reads.goOn(tenantId, signal, read));
    }
    return answer;
  }

  async #judge(
    tenantId: string,
    host: HostRecord,
    rule: RuleSettings,
    { from, to }: RulePreviewQuery,
    signal: AbortSignal,
    answer: RulePreview,
  ): Promise<void> {
    const asked = seriesKey(rule.metric, rule.instance);
    const metric = rule.condition?.kind === 'absent' ? [...new Set([asked, ...SIGNS_OF_LIFE])] : [asked];
    const points = PREVIEW_LIMITS.points;
    const history = await this.history.query(tenantId, { host: host.id, metric, from, to, points }, signal);
    answer.step = Math.max(answer.step, history.step);
    for (const series of seriesOf(history, rule)) {
      signal.throwIfAborted();
      const reported = (at: number) => history.series.some(({ avg }) => avg[at] !== null);
      const spans = whenFired(rule, readingsOf(history, series, reported));
      answer.series += 1;
      add(answer, host.id, series.instance, spans);
      // Frames come in between.
      await breathe();
    }
  }

  #check(tenantId: string, { rule, from, to }: RulePreviewQuery): void {
    this.rules.check(tenantId, rule, '/rule');
    const invalid = (field: string, message: string) => new ApiException(400, 'invalid', message, field);
    if (rule.metric === HOST_LOST.id) {
      throw invalid('/rule/metric', 'Whether a host was lost is not kept, so there is nothing to try it on.');
    }
    if (to <= from) throw invalid('/to', 'to must lie after from.');
    if (to - from > PREVIEW_LIMITS.spanMs) throw invalid('/to', 'At most 31 days can be looked at.');
  }
}

/** What the rule is about; what it asks for by name is looked at although it never came. */
function seriesOf({ series }: History, { metric, instance, condition }: RuleSettings) {
  const found: Pick<HistorySeries, 'avg' | 'instance'>[] = series.filter(
    (one) => one.metric === metric && (instance === undefined || one.instance === instance),
  );
  const [alive] = series;
  if (found.length > 0 || condition?.kind !== 'absent' || instance === undefined || alive === undefined) {
    return found;
  }
  return [{ instance, avg: alive.avg.map(() => null) }];
}

function add(answer: RulePreview, host: string, instance: string | undefined, spans: FiringSpan[]): void {
  const room = PREVIEW_LIMITS.spans - answer.spans.length;
  if (spans.length > room) answer.more = true;
  for (const span of spans.slice(0, room)) {
    answer.spans.push({ host, ...(instance !== undefined && { instance }), ...span });
  }
}
