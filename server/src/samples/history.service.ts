import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type History, type HistoryQuery, reportInterval } from '@tocsin/shared';
import type { Connection } from 'mongoose';
import { HostsService } from '../hosts/hosts.service.js';
import { AnswerTooLargeError, HistoryBuilder } from './history-builder.js';
import { checkHistoryQuery, invalidQuery } from './history-check.js';
import { stepsOf } from './history-steps.js';
import { MinuteStore } from './minute-store.js';
import { MINUTE_MS, minuteOf } from './open-minutes.js';
import { columnsOf, samplesOf, type StoredSample } from './packing/minute-columns.js';
import { unpackSamples } from './packing/pack-samples.js';
import { readLayout } from './packing/stored-layout.js';
import { RetentionService } from './retention/retention.service.js';
import { SamplesService } from './samples.service.js';
import { RolledUpHistory } from './tiers/rolled-up-history.js';

const DEFAULT_POINTS = 300;
/** The finest step of a host that has not said how often it reports, in ms. */
const DEFAULT_INTERVAL_MS = 1_000;

/** Answers what a host's values were: from MongoDB, and from memory what is not there yet. */
@Injectable()
export class HistoryService {
  readonly #store: MinuteStore;
  readonly #rolledUp: RolledUpHistory;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly samples: SamplesService,
    private readonly retention: RetentionService,
  ) {
    this.#store = new MinuteStore(connection);
    this.#rolledUp = new RolledUpHistory(connection);
  }

  /**
   * @param signal ends the reading, which then throws the signal's reason
   * @throws ApiException 404 when the tenant has no such host, 400 for what cannot be asked
   */
  async query(tenantId: string, query: HistoryQuery, signal?: AbortSignal): Promise<History> {
    try {
      return await this.#answer(tenantId, query, signal);
    } catch (error) {
      if (!(error instanceof AnswerTooLargeError)) throw error;
      throw invalidQuery(
        '/points',
        'The answer would be too large. Ask for fewer points, metrics or instances.',
      );
    }
  }

  async #answer(tenantId: string, query: HistoryQuery, signal?: AbortSignal): Promise<History> {
    const host = this.hosts.of(tenantId, query.host);
    checkHistoryQuery(query);
    // What is observed of posts is a little longer than what the one who posts meant.
    const interval = host.postedEvery
      ? host.postedEvery * 0.9
      : (reportInterval(host) ?? DEFAULT_INTERVAL_MS);
    const kept = this.retention.finestStep(tenantId, query.from, Date.now());
    const finest = Math.max(interval, kept);
    const steps = stepsOf(query.from, query.to, query.points ?? DEFAULT_POINTS, finest);
    const builder = new HistoryBuilder(query.metric, steps);
    const from = minuteOf(steps.from);
    const of = { tenantId, hostId: host.id };
    // Before anything is read: a minute that is written meanwhile is then in both, and never in neither.
    const inMemory = this.#inMemory(host.id, from, steps.to);
    if (steps.step % MINUTE_MS === 0) {
      const span = { from: steps.from, to: steps.to };
      const left = new Set(inMemory.keys());
      for await (const { start, layout, rollups } of this.#rolledUp.read(of, span, steps.step, left)) {
        signal?.throwIfAborted();
        builder.addRollups(start, layout, rollups);
      }
    } else {
      for await (const { minute, layout, samples } of this.#store.read(of, from, steps.to, 'samples')) {
        signal?.throwIfAborted();
        if (inMemory.has(minute.getTime())) continue;
        const stored = readLayout(layout);
        builder.addColumns(unpackSamples(stored, samples.value(), builder.wanted(stored)));
      }
    }
    for (const [minute, samples] of inMemory) {
      builder.addColumns(columnsOf([...samples, ...(await this.#stored(of, minute))]));
    }
    return { host: host.id, from: steps.from, to: steps.to, step: steps.step, series: builder.series() };
  }

  #inMemory(hostId: string, from: number, to: number): Map<number, StoredSample[]> {
    const minutes = new Map<number, StoredSample[]>();
    for (const { minute, samples } of this.samples.inMemory(hostId, from, to)) {
      minutes.set(minute, [...(minutes.get(minute) ?? []), ...samples]);
    }
    return minutes;
  }

  /** What of a minute in memory is in MongoDB already. */
  async #stored(of: { tenantId: string; hostId: string }, minute: number): Promise<StoredSample[]> {
    for await (const { layout, samples } of this.#store.read(of, minute, minute + MINUTE_MS, 'samples')) {
      return samplesOf(unpackSamples(readLayout(layout), samples.value()));
    }
    return [];
  }
}
