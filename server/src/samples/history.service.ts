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
import { unpackRollups } from './packing/rollup.js';
import { readLayout } from './packing/stored-layout.js';
import { SamplesService } from './samples.service.js';

const DEFAULT_POINTS = 300;
/** The finest step of a host that has not said how often it reports, in ms. */
const DEFAULT_INTERVAL_MS = 1_000;

/** Answers what a host's values were: from MongoDB, and from memory what is not there yet. */
@Injectable()
export class HistoryService {
  readonly #store: MinuteStore;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly samples: SamplesService,
  ) {
    this.#store = new MinuteStore(connection);
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
    const steps = stepsOf(query.from, query.to, query.points ?? DEFAULT_POINTS, interval);
    const builder = new HistoryBuilder(query.metric, steps);
    const from = minuteOf(steps.from);
    const of = { tenantId, hostId: host.id };
    // Before anything is read: a minute that is written meanwhile is then in both, and never in neither.
    const inMemory = this.#inMemory(host.id, from, steps.to);
    if (steps.step % MINUTE_MS === 0) {
      for await (const { minute, layout, rollups } of this.#store.read(of, from, steps.to, 'rollups')) {
        signal?.throwIfAborted();
        if (inMemory.has(minute.getTime())) continue;
        const stored = readLayout(layout);
        builder.addRollups(minute.getTime(), stored, unpackRollups(rollups.value(), stored.series.length));
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
