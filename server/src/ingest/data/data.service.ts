import { Injectable, Logger } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import type { Stored } from '@tocsin/shared';
import type { Request } from 'express';
import { Config } from '../../config/config.js';
import { HUB_EVENTS, type HostEvent } from '../../events/hub-events.js';
import { ReadinessService } from '../../health/readiness.service.js';
import type { HostRecord } from '../../hosts/hosts.service.js';
import type { ApiException } from '../../http/api-exception.js';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';
import { PresenceService } from '../../presence/presence.service.js';
import { IntakeService } from '../intake.service.js';
import { tooVaried } from '../message-checks.js';
import { type DataBody, longestBody, readBody } from './data-body.js';
import {
  NothingStoredException,
  notDurable,
  notReady,
  notThis,
  tooFast,
  tooMuch,
  tooMuchAtOnce,
  tooMuchPast,
} from './data-refusals.js';
import { PostFault, type Posted, readPosted } from './posted.js';
import { Poster, type Posting, refusedFrame } from './poster.js';

/** How long a request waits for its frames to be on disk, in ms. */
const DURABLE_WITHIN_MS = 10_000;
/** A frame is of the present within so many of the host's gaps, and at least so many ms, of the hub's clock. */
const PRESENT_GAPS = 2;
const PRESENT_AT_LEAST_MS = 60_000;

/** Takes what hosts post: what an agent's connection does, for scripts and for networks without WebSockets. */
@Injectable()
export class DataService {
  readonly #posters = new Map<string, Poster>();
  readonly #warnings = new RepeatedWarnings(new Logger(DataService.name));

  constructor(
    private readonly readiness: ReadinessService,
    private readonly presence: PresenceService,
    private readonly intake: IntakeService,
    private readonly config: Config,
  ) {}

  /**
   * To be asked before a request is read.
   * @throws ApiException 429 when there are too many of them, 503 while the hub starts
   */
  admit(host: HostRecord, now: number): void {
    if (!this.readiness.ready) throw notReady();
    const wait = this.#poster(host, now).request(now);
    if (wait > 0) throw this.#tell(host, tooFast(wait, this.config.dataFramesPerSecond), now);
  }

  /**
   * Reads what a host posts.
   * @throws ApiException 429 when it leaves too many requests unfinished; what `readBody` throws
   */
  async read(host: HostRecord, request: Request, now: number): Promise<DataBody> {
    const body = await this.#poster(host, now).reading(longestBody(request), () => readBody(request));
    if (body === undefined) throw this.#tell(host, tooMuchAtOnce(), now);
    return body;
  }

  /**
   * Settles once everything that it counts as stored is on disk.
   * @throws ApiException 400 when nothing can be taken, 429 and 503 when it should be sent again
   */
  async take(host: HostRecord, body: DataBody, now: number): Promise<Stored> {
    const poster = this.#poster(host, now);
    const { taken, refused } = this.#read(poster, body, now);
    const newest = newestOf(taken);
    const live = newest !== undefined && this.#isNow(poster, newest, now);
    if (live) this.#show(poster, newest, now);
    if (this.intake.full) throw tooMuch();
    // What is shown goes where live frames go, and does not wait for a backlog.
    if (!(live && taken.length === 1) && this.intake.backlogFull(host.id)) throw tooMuchPast();
    const stored = taken.filter(({ index, arrival }) => {
      const fits = this.intake.store(arrival, () => {});
      if (!fits) refused.push(refusedFrame(index, tooVaried));
      return fits;
    });
    const last = newestOf(stored);
    if (last === undefined) throw this.#tell(host, new NothingStoredException(refused), now);
    if (!(await this.#durable())) throw notDurable();
    return {
      stored: stored.length,
      refused: refused.sort((a, b) => a.index - b.index),
      host: { id: host.id, name: host.name },
      t: last.arrival.frame.t,
      live,
      time: Date.now(),
    };
  }

  /** Logs how often warnings were held back. Called now and then. */
  summariseWarnings(now: number): void {
    this.#warnings.flush(now);
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  forget({ hostId }: HostEvent): void {
    this.#posters.delete(hostId);
  }

  #poster(host: HostRecord, now: number): Poster {
    let poster = this.#posters.get(host.id);
    if (poster === undefined) this.#posters.set(host.id, (poster = new Poster(host, this.config.dataFramesPerSecond, now)));
    return poster;
  }

  #read(poster: Poster, { value, bytes }: DataBody, now: number): ReturnType<Poster['read']> {
    const posted = this.#posted(poster, value, bytes, now);
    const wait = posted.form === 'batch' ? poster.batch(posted.frames.length, now) : 0;
    if (wait > 0) throw this.#tell(poster.host, tooFast(wait, this.config.dataFramesPerSecond), now);
    const read = poster.read(posted, now);
    if (read.refused.length > 0) poster.fault(bytes, now);
    return read;
  }

  #posted(poster: Poster, value: unknown, bytes: number, now: number): Posted {
    try {
      return readPosted(value, now);
    } catch (error) {
      if (!(error instanceof PostFault)) throw error;
      poster.fault(bytes, now);
      throw this.#tell(poster.host, notThis(error.fault), now);
    }
  }

  /** While an agent is connected it alone says how the host is. */
  #isNow({ host, shownUpTo }: Poster, { arrival }: Posting, now: number): boolean {
    if (this.presence.hasConnection(host.id)) return false;
    const { t } = arrival.frame;
    const near = Math.max(PRESENT_AT_LEAST_MS, PRESENT_GAPS * this.presence.postedEvery(host.id));
    return t > shownUpTo && Math.abs(now - t) <= near;
  }

  #show(poster: Poster, { arrival }: Posting, now: number): void {
    poster.shownUpTo = arrival.frame.t;
    this.presence.posted(poster.host.id, now);
    this.intake.show(arrival);
  }

  /** Whether everything that was stored until now is on disk in time. */
  #durable(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), DURABLE_WITHIN_MS);
      this.intake.whenDurable(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /** To the log; the one who posted gets it as the answer. */
  #tell(host: HostRecord, refusal: ApiException, now: number): ApiException {
    this.#warnings.warn(`Refused data as ${refusal.body.code} from ${host.name}`, refusal.body.message, now);
    return refusal;
  }
}

function newestOf(postings: readonly Posting[]): Posting | undefined {
  let newest: Posting | undefined;
  for (const one of postings)
    if (newest === undefined || one.arrival.frame.t > newest.arrival.frame.t) newest = one;
  return newest;
}
