import { Injectable, Logger } from '@nestjs/common';
import type { Incident, MetricPoint } from '@tocsin/shared';
import { Turns } from '../database/turns.js';
import { HistoryService } from '../samples/history.service.js';

/** The time before an incident that is kept with it, in ms, and into how many stretches. */
const BEFORE_MS = 15 * 60_000;
const POINTS = 90;
/** Readings that may wait for their turn; in a storm the others go without. */
const WAITING_AT_MOST = 1_000;

/** How a metric came to its incident. One reading at a time: a storm must not keep MongoDB from storing frames. */
@Injectable()
export class MetricBefore {
  readonly #logger = new Logger(MetricBefore.name);
  readonly #turns = new Turns();
  #waiting = 0;

  constructor(private readonly history: HistoryService) {}

  /** Empty where nothing was measured or could be read. */
  async read(tenantId: string, incident: Incident): Promise<MetricPoint[]> {
    if (this.#waiting >= WAITING_AT_MOST) return [];
    this.#waiting += 1;
    try {
      return await this.#turns.take('read', () => this.#read(tenantId, incident));
    } catch (error) {
      this.#logger.debug(`What came before incident ${incident.id} is not known: ${String(error)}`);
      return [];
    } finally {
      this.#waiting -= 1;
    }
  }

  async #read(tenantId: string, { hostId, metric, instance, openedAt }: Incident): Promise<MetricPoint[]> {
    const { from, step, series } = await this.history.query(tenantId, {
      host: hostId,
      metric: [instance === undefined ? metric : `${metric}:${instance}`],
      from: openedAt - BEFORE_MS,
      to: openedAt + 1,
      points: POINTS,
    });
    const found = series.find((one) => one.instance === instance);
    return (found?.avg ?? []).flatMap((mean, i) =>
      mean === null ? [] : [[from + i * step, mean, found!.max[i] ?? mean] as MetricPoint],
    );
  }
}
