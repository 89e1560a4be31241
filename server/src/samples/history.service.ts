import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { type History, type HistoryQuery, reportInterval } from '@tocsin/shared';
import type { Connection } from 'mongoose';
import { HostsService } from '../hosts/hosts.service.js';
import type { HostKey } from './host-key.js';
import { AnswerTooLargeError, HistoryBuilder } from './history-builder.js';
import { checkHistoryQuery, invalidQuery } from './history-check.js';
import { stepsOf } from './history-steps.js';
import { MinuteStore } from './minute-store.js';
import { MINUTE_MS, minuteOf } from './open-minutes.js';
import { columnsOf, samplesOf, type StoredSample } from './packing/minute-columns.js';
import { unpackSamples } from './packing/pack-samples.js';
import { readLayout } from './packing/stored-layout.js';
import { finestStep } from './retention/retention.js';
import { KeptHistory } from './retention/kept-history.js';
import { RetentionService } from './retention/retention.service.js';
import { SamplesService } from './samples.service.js';
import { spansOf } from './tiers/runs.js';
import { RolledUpHistory } from './tiers/rolled-up-history.js';

const DEFAULT_POINTS = 300;
/** The finest step of a host that has not said how often it reports, in ms. */
const DEFAULT_INTERVAL_MS = 1_000;

/** Answers what a host's values were: from MongoDB, and from memory what is not there yet. */
@Injectable()
export class HistoryService {
  readonly #store: MinuteStore;
  readonly #rolledUp: RolledUpHistory;
  readonly #kept: KeptHistory;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly samples: SamplesService,
    retention: RetentionService,
  ) {
    this.#store = new MinuteStore(connection);
    this.#rolledUp = new RolledUpHistory(connection);
    this.#kept = new KeptHistory(connection, retention);
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
    const of = { tenantId, hostId: host.id };
    const keptFrom = await this.#kept.keptFrom(of, query.from, Date.now());
    const finest = Math.max(interval, finestStep(keptFrom, query.from));
    const steps = stepsOf(query.from, query.to, query.points ?? DEFAULT_POINTS, finest);
    const builder = new HistoryBuilder(query.metric, steps);
    const from = minuteOf(steps.from);
    // Before anything is read: a minute that is written meanwhile is then in both, and never in neither.
    const inMemory = this.#inMemory(host.id, from, steps.to);
    if (steps.step % MINUTE_MS === 0) {
      const span = { from: steps.from, to: steps.to };
      const inMemoryOnes = new Set(inMemory.keys());
      const rolledUp = this.#rolledUp.read(of, span, steps.step, inMemoryOnes, keptFrom);
      for await (const steps of rolledUp) {
        signal?.throwIfAborted();
        for (const step of steps) builder.addRollups(step);
      }
    } else {
      for await (const { minute, layout, samples } of this.#store.read(of, from, steps.to, 'samples')) {
        signal?.throwIfAborted();
        if (inMemory.has(minute.getTime())) continue;
        const stored = readLayout(layout);
        builder.addColumns(unpackSamples(stored, samples.value(), builder.wanted(stored)));
      }
    }
    await this.#addInMemory(builder, of, inMemory, signal);
    return { host: host.id, from: steps.from, to: steps.to, step: steps.step, series: builder.series() };
  }

  #inMemory(hostId: string, from: number, to: number): Map<number, StoredSample[]> {
    const minutes = new Map<number, StoredSample[]>();
    for (const { minute, samples } of this.samples.inMemory(hostId, from, to)) {
      minutes.set(minute, [...(minutes.get(minute) ?? []), ...samples]);
    }
    return minutes;
  }

  /** Minutes in memory, each together with what of it is in MongoDB already. */
  async #addInMemory(
    builder: HistoryBuilder,
    of: HostKey,
    inMemory: ReadonlyMap<number, StoredSample[]>,
    signal?: AbortSignal,
  ): Promise<void> {
    const left = new Map(inMemory);
    const spans = spansOf(inMemory.keys(), MINUTE_MS);
    for await (const minutes of this.#store.readWithin(of, spans, 'samples')) {
      signal?.throwIfAborted();
      for (const { minute, layout, samples } of minutes) {
        const stored = samplesOf(unpackSamples(readLayout(layout), samples.value()));
        builder.addColumns(columnsOf([...inMemory.get(minute.getTime())!, ...stored]));
        left.delete(minute.getTime());
      }
    }
    for (const samples of left.values()) builder.addColumns(columnsOf(samples));
  }
}
