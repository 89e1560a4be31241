import { setTimeout as delay } from 'node:timers/promises';
import type { Ack, AgentFacts, AgentHandshake, ByeReason, ProcessList, Welcome } from '@tocsin/shared';
import type { Collector } from './collectors/collector.js';
import { CollectorSet } from './collectors/collector-set.js';
import { checkRemote } from './config/remote.js';
import { FrameMarks } from './control/frame-marks.js';
import { HostClock } from './control/host-clock.js';
import { LiveReport } from './control/live-report.js';
import { readStatus, type ReportStatus } from './control/read-status.js';
import type { Remembered } from './control/remembered.js';
import type { SettingsInForce } from './control/settings-in-force.js';
import { Assembler } from './frame/assemble.js';
import { FrameBuffer, type BufferOptions } from './frame/buffer.js';
import { OwnReading } from './frame/own-reading.js';
import { monotonic, Schedule } from './frame/schedule.js';
import type { Logger } from './logging/logger.js';
import { HubConnection } from './transport/connection.js';
import { Uplink } from './transport/uplink.js';

/** How long a stop waits for the acknowledgements of what was sent, in ms. */
const DRAIN_MS = 2_000;
/** More memory than this frames never take. */
const MEMORY_MEGABYTES = 4;
/**
 * A change between two frames brings one out of turn, but not more often than this; in ms. Less than the
 * usual interval, so that a service that stops is shown within a second however it falls.
 */
const CHANGE_GAP_MS = 500;

export interface AgentOptions {
  hub: string;
  /** Who this agent is; what the hub may change of it is taken from `settings`. */
  handshake: AgentHandshake;
  settings: SettingsInForce;
  collectors: readonly Collector[];
  /** Lists the processes that matter now, when the hub asks. */
  processes?: () => Promise<ProcessList>;
  buffer: Pick<BufferOptions, 'stateDir' | 'memoryBytes' | 'diskBytes'>;
  remembered: Remembered;
  log: Logger;
}

/** Measures, numbers, keeps and sends: one frame each interval, until it is stopped. */
export class Agent {
  readonly #buffer: FrameBuffer;
  readonly #connection: HubConnection;
  readonly #uplink: Uplink;
  readonly #schedule: Schedule;
  readonly #assembler: Assembler;
  readonly #live: LiveReport;
  readonly #clock: HostClock;
  readonly #marks: FrameMarks;
  #failures = '';
  #passedOver = '';

  constructor(private readonly options: AgentOptions) {
    const { hub, handshake, settings, collectors, remembered, log } = options;
    const { bootId } = handshake.agent;
    this.#clock = new HostClock(log);
    if (remembered.told.hubOrigin !== undefined) this.#clock.restore(remembered.told.hubOrigin);
    this.#marks = new FrameMarks(bootId);
    this.#buffer = new FrameBuffer({ ...options.buffer, bootId, log });
    this.#connection = new HubConnection(
      hub,
      () => this.#introduction,
      {
        onOpen: () => this.#uplink.opened(),
        onWelcome: (welcome, roundTrip) => this.#welcomed(welcome, roundTrip),
        onConfig: (config) => this.#told(config),
        onProcesses: (answer) => void this.#listProcesses(answer),
        onAck: (ack) => this.#acknowledged(ack),
        onRefused: (refusal) => this.#uplink.refused(refusal),
        onClose: () => this.#closed(),
      },
      log,
    );
    this.#uplink = new Uplink(bootId, this.#buffer, this.#connection, log);
    const all = [...collectors, new OwnReading(this.#uplink, this.#buffer)];
    const times = { monotonic, stamp: () => this.#clock.stamp() };
    this.#assembler = new Assembler(new CollectorSet(all), times);
    this.#live = new LiveReport(this.#assembler, (frame) => this.#connection.sendLive(frame));
    this.#schedule = new Schedule(settings.interval, () => this.#tick());
  }

  async start(): Promise<void> {
    for (const collector of this.options.collectors) collector.onChange = () => this.#changed();
    this.#buffer.start();
    this.#connection.start();
    await this.#assembler.prime();
    this.#schedule.start();
  }

  /** Says goodbye, and waits a little for what is on its way. */
  async stop(reason: ByeReason): Promise<void> {
    await Promise.all([this.#live.stop(), this.#schedule.stop()]);
    await Promise.race([this.#connection.bye(reason), delay(DRAIN_MS)]);
    await this.#uplink.drained(DRAIN_MS);
    this.#connection.stop();
    await Promise.race([this.#buffer.close(), delay(DRAIN_MS)]);
  }

  status(): Promise<ReportStatus> {
    return readStatus({
      connection: this.#connection,
      uplink: this.#uplink,
      buffer: this.#buffer,
      assembler: this.#assembler,
      settings: this.options.settings,
      live: this.#live,
      clock: this.#clock,
      marks: this.#marks,
    });
  }

  get #introduction(): AgentHandshake {
    return { ...this.options.handshake, agent: this.#facts };
  }

  get #facts(): AgentFacts {
    const { handshake, settings } = this.options;
    return { ...handshake.agent, interval: settings.interval, fixed: [...settings.fixed] };
  }

  async #tick(): Promise<void> {
    const frame = await this.#assembler.next();
    this.#tellFailures(frame.failures?.map(({ collector, error }) => `${collector}: ${error}`) ?? []);
    this.#uplink.send(frame);
    this.#marks.sent(frame);
  }

  #welcomed({ name, time }: Welcome, roundTrip: number): void {
    const { hub, remembered, log } = this.options;
    log.info(`connected to ${hub} as ${name}`);
    this.#clock.measured(time, roundTrip);
    remembered.note({ hubOrigin: this.#clock.hubOrigin });
  }

  #acknowledged(ack: Ack): void {
    if (ack.time !== undefined) this.#clock.heard(ack.time);
    this.#uplink.acknowledged(ack);
    this.#marks.acknowledged(ack);
  }

  #closed(): void {
    this.#uplink.closed();
    // Who watches is said anew with the next connection.
    this.#live.follow(false, this.options.settings.interval);
  }

  #told(config: unknown): void {
    const { settings: told, live } = (config ?? {}) as { settings?: unknown; live?: unknown };
    const { settings, passedOver } = checkRemote(told);
    this.#tellPassedOver(passedOver);
    this.options.remembered.note({ settings });
    const changed = this.options.settings.follow(settings);
    const { interval, watched } = this.options.settings;
    if (changed.length > 0) this.options.log.info(`the hub has changed ${changed.join(', ')}`);
    if (changed.some((name) => name !== 'interval')) void this.#assembler.reconfigure(watched);
    if (changed.includes('interval')) {
      this.#schedule.change(interval);
      this.#connection.sendFacts(this.#facts);
    }
    this.#live.follow(live === true, interval);
  }

  #changed(): void {
    if (this.options.settings.interval > CHANGE_GAP_MS) this.#schedule.soon(CHANGE_GAP_MS);
  }

  async #listProcesses(answer: (list: ProcessList) => void): Promise<void> {
    try {
      const list = await this.options.processes?.();
      if (list !== undefined) answer({ ...list, t: this.#clock.stamp().t });
    } catch (error) {
      this.options.log.warn(`the processes could not be listed: ${(error as Error).message}`);
    }
  }

  /** A failure is in every frame as long as it lasts; the log has its beginning and its end. */
  #tellFailures(failures: string[]): void {
    const told = failures.sort().join('; ');
    if (told === this.#failures) return;
    this.#failures = told;
    if (told === '') this.options.log.info('everything can be read again');
    else this.options.log.warn(`could not be read: ${told}`);
  }

  #tellPassedOver(passedOver: string[]): void {
    const told = passedOver.join('; ');
    if (told === this.#passedOver) return;
    this.#passedOver = told;
    if (told !== '') this.options.log.warn(`the hub asks for what this agent cannot do: ${told}`);
  }
}

/** @param megabytes what a person allows on disk */
export const bufferOf = (megabytes: number, stateDir?: string): AgentOptions['buffer'] => ({
  stateDir,
  memoryBytes: Math.min(megabytes, MEMORY_MEGABYTES) * 1024 * 1024,
  diskBytes: megabytes * 1024 * 1024,
});
