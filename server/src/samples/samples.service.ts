import { setTimeout as wait } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { InjectConnection } from '@nestjs/mongoose';
import type { Sample, StoringState } from '@tocsin/shared';
import type { Connection } from 'mongoose';
import { Config } from '../config/config.js';
import { HUB_EVENTS, type HostEvent } from '../events/hub-events.js';
import { ReadinessService } from '../health/readiness.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { Journal } from './journal.js';
import { isForGood, MinuteStore } from './minute-store.js';
import { type OpenMinute, OpenMinutes } from './open-minutes.js';
import type { JournalFrame } from './packing/journal-block.js';
import { quantise, storedLayoutOf } from './packing/stored-layout.js';
import { PrunedUntil } from './retention/pruned-until.js';
import { DueSteps } from './tiers/due-steps.js';
import { runClock } from './tiers/run-clock.js';
import { FINEST_TIER } from './tiers/tier.js';

/** How long agents wait at most, in ms, for their last acknowledgements when the hub stops. */
const LAST_COMMIT_MS = 3_000;
const MINUTES_PER_WRITE = 50;
/** So many minutes may wait to be written before no more frames are taken. */
const WAITING_MINUTES = 30_000;
/**
 * So many minutes that were over long before their frames came may be here, of one host and of all: a
 * backlog of single frames, each in a minute of its own, must leave room for the present.
 */
const LATE_MINUTES_OF_HOST = 2_000;
const LATE_MINUTES = 10_000;
/**
 * So many steps of a host may have been marked lately, which is up to half a minute. What is marked is read
 * by the minute: a year that came at once would make each chart of it take seconds.
 */
const MARKS_OF_HOST = 2_000;
/** No tenant keeps samples for a shorter time than this, in ms. */
const KEPT_BY_ALL_MS = 86_400_000;

/** A frame that passed every check. `seq` counts within `bootId`; `t` is UTC ms. */
export interface AcceptedFrame {
  tenantId: string;
  hostId: string;
  bootId: string;
  seq: number;
  t: number;
  sample: Sample;
}

/**
 * Keeps the samples of all hosts: durable through the journal within its interval, then packed by the
 * minute. Until a minute is written it is here in memory.
 */
@Injectable()
export class SamplesService
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  readonly #logger = new Logger(SamplesService.name);
  readonly #minutes = new OpenMinutes();
  readonly #journal: Journal;
  readonly #store: MinuteStore;
  readonly #due: DueSteps;
  readonly #pruned: PrunedUntil;
  readonly #replayed: () => void;
  #committer?: NodeJS.Timeout;
  #writing?: Promise<void>;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly config: Config,
    readiness: ReadinessService,
  ) {
    this.#journal = new Journal(connection, this.#logger);
    this.#store = new MinuteStore(connection);
    this.#due = new DueSteps(connection);
    this.#pruned = new PrunedUntil(connection);
    this.#replayed = readiness.notReady('the journal is being replayed');
  }

  async onModuleInit(): Promise<void> {
    await this.#store.createIndexes();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.replay(Date.now());
    this.#replayed();
    this.#committer = setInterval(() => void this.commit(), this.config.journalIntervalMs);
  }

  /** The last acknowledgements go out while the agents are still connected. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([this.#journal.drain(), wait(LAST_COMMIT_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#committer);
    try {
      await this.flush();
    } catch (error) {
      this.#logger.error(`Not everything could be stored, agents will send it again: ${String(error)}`);
    }
  }

  /** MongoDB has been away for so long that frames cannot be held for it any more. */
  get full(): boolean {
    return this.#journal.full || this.#minutes.waiting >= WAITING_MINUTES;
  }

  /** How well MongoDB keeps up with what comes in. */
  storing(now: number): StoringState {
    const since = this.#journal.waitingSince;
    return { lagMs: since === undefined ? 0 : Math.max(0, now - since), refusing: this.full };
  }

  /** So much of the past waits to be written or rolled up, of this host or of all, that no more of it is taken for now. */
  backlogFull(hostId: string): boolean {
    const { ofHost, ofAll } = this.#minutes.late(hostId);
    return (
      this.full ||
      ofHost >= LATE_MINUTES_OF_HOST ||
      ofAll >= LATE_MINUTES ||
      this.#due.marksOf(hostId) >= MARKS_OF_HOST
    );
  }

  /**
   * Takes a frame; `onDurable` is called once it is on disk. A frame that is here already is kept once.
   * @returns false when its minute holds as many different series as a minute may, and it was not taken
   */
  append(
    { tenantId, hostId, bootId, seq, t, sample }: AcceptedFrame,
    onDurable: () => void,
    now: number,
  ): boolean {
    const minute = this.#minutes.at(tenantId, hostId, t, now);
    if (minute.has(bootId, seq)) {
      this.#journal.after(onDurable);
      return true;
    }
    const layout = storedLayoutOf(sample.layout);
    if (!minute.fits(layout)) return false;
    const stored = { bootId, seq, t, layout, steps: quantise(layout, sample.values) };
    minute.add(stored, this.#journal.append({ tenantId, hostId, sample: stored }, onDurable, now), now);
    return true;
  }

  /** Frames are acknowledged only when what they have caused is on disk, too: see `Journal.alsoDurable`. */
  alsoDurable(written: () => Promise<void>): void {
    this.#journal.alsoDurable(written);
  }

  /** Calls back once everything that was appended until now is on disk. */
  whenDurable(onDurable: () => void): void {
    this.#journal.after(onDurable);
  }

  /** Makes durable what was appended. Without this call it happens within `Config.journalIntervalMs`. */
  async commit(): Promise<void> {
    try {
      await this.#journal.commit();
    } catch (error) {
      this.#logger.error(`Frames could not be made durable and were not acknowledged: ${String(error)}`);
    }
  }

  /** Minutes of a host that are not in MongoDB yet; their samples may be there in part. */
  inMemory(hostId: string, from: number, to: number): readonly OpenMinute[] {
    return this.#minutes.of(hostId, from, to);
  }

  /** Takes up what an earlier start of the hub had made durable and not written yet. */
  async replay(now: number): Promise<void> {
    let frames = 0;
    await this.#journal.replay((frame, group) => {
      if (this.#restore(frame, group, now)) frames += 1;
    });
    if (frames > 0) this.#logger.log(`Took up ${frames} frames from the journal.`);
  }

  /** Writes the minutes that are over; called every second. What MongoDB does not take stays, and is tried again next time. */
  writeMinutes(now: number): Promise<void> {
    this.#writing ??= this.#writeMinutes(now)
      .catch((error: unknown) => this.#logger.warn(`Minutes could not be written yet: ${String(error)}`))
      .finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  /** Brings everything into MongoDB, open minutes too, and empties the journal. */
  async flush(): Promise<void> {
    await this.#journal.close();
    await this.#writing;
    await this.#writeMinutes(Infinity);
  }

  @OnEvent(HUB_EVENTS.hostRemoved)
  async forget({ tenantId, hostId }: HostEvent): Promise<void> {
    this.#minutes.forget(hostId);
    try {
      await this.#writing;
      await this.#store.removeHost({ tenantId, hostId });
    } catch (error) {
      this.#logger.warn(`The history of the removed host ${hostId} could not be deleted: ${String(error)}`);
    }
  }

  #restore({ tenantId, hostId, sample }: JournalFrame, group: number, now: number): boolean {
    if (this.hosts.get(hostId)?.tenantId !== tenantId) return false;
    const minute = this.#minutes.at(tenantId, hostId, sample.t, now);
    if (minute.has(sample.bootId, sample.seq) || !minute.fits(sample.layout)) return false;
    minute.add(sample, group, now);
    return true;
  }

  /** A minute that cannot be stored at all must not hold up those of the other hosts. */
  async #writeBatch(batch: OpenMinute[], clock: () => number): Promise<void> {
    try {
      await this.#pruned.expectLate(batch.filter(({ minute }) => minute < clock() - KEPT_BY_ALL_MS));
      await this.#store.write(batch);
      const written = batch.map(({ tenantId, hostId, minute: t }) => ({ tenantId, hostId, t }));
      await this.#due.mark(FINEST_TIER, written, clock());
    } catch (error) {
      if (!isForGood(error)) throw error;
      if (batch.length > 1) {
        for (const minute of batch) await this.#writeBatch([minute], clock);
        return;
      }
      const [{ hostId, minute }] = batch as [OpenMinute];
      const when = new Date(minute).toISOString();
      this.#logger.error(`The minute ${when} of host ${hostId} is given up: ${String(error)}`);
    }
  }

  async #writeMinutes(now: number): Promise<void> {
    const clock = runClock(Math.min(now, Date.now()));
    this.#due.forgetOld(clock());
    this.#minutes.end((minute) => minute.isOver(now));
    for (;;) {
      const batch = this.#minutes.next(MINUTES_PER_WRITE);
      if (batch.length === 0) break;
      await this.#writeBatch(batch, clock);
      for (const minute of batch) this.#minutes.written(minute);
    }
    await this.#journal.release(this.#minutes.earliestGroup());
  }
}
