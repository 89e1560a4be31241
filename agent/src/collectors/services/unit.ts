import type { ServiceReading } from '@tocsin/shared';
import type { Value } from '../../dbus/values.js';
import { serviceName, unitOfPath } from './unit-names.js';
import { toService, USED_PROPERTIES, type Properties } from './unit-state.js';

/** One unit of systemd, and what was last heard of it. */
export class Unit {
  /** Its own name, such as `ssh.service`; what people watch may be an alias of it, such as `sshd.service`. */
  readonly name: string;
  /** Names by which it was asked for. */
  readonly askedAs = new Set<string>();
  /** A pattern fits its own name. */
  matched = false;
  /** It is watched because it failed and runs again: monotonic ms until which it is shown. */
  shownUntil: number | undefined;
  /** Something was heard since systemd was last asked whether it has the unit at all. */
  heard = false;
  readonly #properties = new Map<Value, Value>();
  #memory: number | undefined;
  #reading: ServiceReading | Error | undefined;

  constructor(readonly path: string) {
    this.name = unitOfPath(path);
  }

  /** Takes over what the reading is made of. @returns whether the state is another one now */
  learn(properties: Properties): boolean {
    const before = this.#state;
    for (const [name, value] of properties) if (USED_PROPERTIES.has(name)) this.#properties.set(name, value);
    this.#reading = undefined;
    return this.#state !== before;
  }

  /** Whether systemd's list shows the unit as it is known. */
  agreesWith(load: string, active: string, sub: string): boolean {
    return this.#state === `${load} ${active} ${sub}`;
  }

  get #state(): string {
    const of = (name: string) => this.#properties.get(name);
    return `${of('LoadState')} ${of('ActiveState')} ${of('SubState')}`;
  }

  get known(): boolean {
    return this.#properties.has('ActiveState');
  }

  get missing(): boolean {
    return this.#properties.get('LoadState') === 'not-found';
  }

  get activeState(): Value | undefined {
    return this.#properties.get('ActiveState');
  }

  /** It may have processes. */
  get alive(): boolean {
    return !this.missing && this.activeState !== 'inactive' && this.activeState !== 'failed';
  }

  /** It could not be read. */
  fail(error: unknown): void {
    this.#properties.clear();
    this.#reading = error as Error;
  }

  /** Bytes. */
  set memory(bytes: number | undefined) {
    if (bytes === this.#memory) return;
    this.#memory = bytes;
    this.#reading = undefined;
  }

  /** What a frame says of it, an Error when it cannot be said, undefined while nothing was heard. */
  get reading(): ServiceReading | Error | undefined {
    if (this.#reading === undefined && this.known) {
      try {
        this.#reading = toService(serviceName(this.name), this.#properties, this.#memory);
      } catch (error) {
        this.#reading = error as Error;
      }
    }
    return this.#reading;
  }
}
