import {
  type ShownFrame,
  type HostChange,
  type HostState,
  type HostSummary,
  type Incident,
  SEVERITIES,
  type Severity,
} from '@tocsin/shared';
import type { HostRecord } from '../hosts/hosts.service.js';
import { CpuTrend } from './cpu-trend.js';
import { summaryOf } from './host-summary.js';

/** What of a host changes together. */
export type Part = 'about' | 'presence' | 'summary' | 'cpuTrend' | 'incidents';

/** One host as the overview shows it, and at which version of the overview each part last changed. */
export class HostLive {
  readonly #changed: Record<Part, number>;
  readonly #trend = new CpuTrend();
  readonly #incidents = new Map<string, Severity>();
  #frame?: ShownFrame;
  #saved?: ShownFrame;
  #version: number;

  constructor(
    private readonly host: HostRecord,
    version: number,
  ) {
    this.#version = version;
    this.#changed = {
      about: version,
      presence: version,
      summary: version,
      cpuTrend: version,
      incidents: version,
    };
  }

  get id(): string {
    return this.host.id;
  }

  /** Of the newest change to any part. */
  get version(): number {
    return this.#version;
  }

  get newest(): ShownFrame | undefined {
    return this.#frame;
  }

  touch(part: Part, version: number): void {
    this.#changed[part] = version;
    this.#version = version;
  }

  frame(frame: ShownFrame, now: number, version: number): void {
    this.#frame = frame;
    this.touch('summary', version);
    if (frame.cpu && this.#trend.add(frame.cpu.usage, now)) this.touch('cpuTrend', version);
  }

  /** Takes an incident in or out; false when that changes nothing that is shown. */
  incident({ id, status, severity }: Incident, version: number): boolean {
    const known = this.#incidents.get(id);
    if (known === (status === 'open' ? severity : undefined)) return false;
    if (status === 'open') this.#incidents.set(id, severity);
    else this.#incidents.delete(id);
    this.touch('incidents', version);
    return true;
  }

  /** What is shown of the newest frame, once for each: undefined while there is none since the last call. */
  takeUnsaved(): HostSummary | undefined {
    if (this.#frame === undefined || this.#frame === this.#saved) return undefined;
    this.#saved = this.#frame;
    return summaryOf(this.#frame);
  }

  state(now: number): HostState {
    return { id: this.host.id, ...this.#since(-1, now) } as HostState;
  }

  /** Only the parts that changed after a version of the overview. */
  changesSince(version: number, now: number): HostChange {
    return { id: this.host.id, ...this.#since(version, now) };
  }

  #since(version: number, now: number): Partial<HostState> {
    const { about, presence, summary, cpuTrend, incidents } = this.#changed;
    return {
      ...(about > version && this.#about()),
      ...(presence > version && { presence: this.host.presence }),
      ...(summary > version && this.#summary()),
      ...(cpuTrend > version && { cpuTrend: this.#trend.values(now) }),
      ...(incidents > version && { incidents: this.#counts() }),
    };
  }

  /** Before the first frame: what the last hub saved, which carries its own time. */
  #summary(): Pick<HostState, 'summary'> {
    const summary = this.#frame ? summaryOf(this.#frame) : this.host.summary;
    return summary === undefined ? {} : { summary };
  }

  #about(): Partial<HostState> {
    const { name, tags, simulated, facts, postedEvery } = this.host;
    if (facts === undefined) return { name, tags, simulated, postedEvery };
    const { bootId: _bootId, simulated: _simulated, ...about } = facts;
    return { name, tags, simulated, postedEvery, facts: about };
  }

  #counts(): HostState['incidents'] {
    const worst = Math.max(...Array.from(this.#incidents.values(), (s) => SEVERITIES.indexOf(s)));
    return { open: this.#incidents.size, ...(worst >= 0 && { worst: SEVERITIES[worst] }) };
  }
}
