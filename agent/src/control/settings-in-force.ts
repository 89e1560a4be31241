import type { HostSettings } from '@tocsin/shared';
import { HOST_SETTINGS, type HostSettingName } from '@tocsin/shared/limits';
import type { Watched } from '../collectors/collector.js';

/** Who said what holds: the host's own configuration, the hub, or nobody. */
export type SettingSource = 'host' | 'hub' | 'default';

/** What holds: what is set on the host, else what the hub says, else the default. */
export class SettingsInForce {
  #hub: HostSettings = {};

  /**
   * @param own what holds without a hub
   * @param fixed what of it was given on the host
   */
  constructor(
    private readonly own: Required<HostSettings>,
    readonly fixed: readonly HostSettingName[],
  ) {}

  get interval(): number {
    return this.#valueOf('interval');
  }

  get watched(): Watched {
    return {
      services: this.#valueOf('services'),
      includeDisks: this.#valueOf('includeDisks'),
      excludeDisks: this.#valueOf('excludeDisks'),
      includeInterfaces: this.#valueOf('includeInterfaces'),
      excludeInterfaces: this.#valueOf('excludeInterfaces'),
    };
  }

  sourceOf(name: HostSettingName): SettingSource {
    if (this.fixed.includes(name)) return 'host';
    return this.#hub[name] === undefined ? 'default' : 'hub';
  }

  /** From now on the hub says this, and nothing else. @returns what holds differently now */
  follow(settings: HostSettings): HostSettingName[] {
    const before = HOST_SETTINGS.map((name) => JSON.stringify(this.#valueOf(name)));
    this.#hub = settings;
    return HOST_SETTINGS.filter((name, i) => JSON.stringify(this.#valueOf(name)) !== before[i]);
  }

  #valueOf<Name extends HostSettingName>(name: Name): Required<HostSettings>[Name] {
    const told = this.fixed.includes(name) ? undefined : this.#hub[name];
    return (told ?? this.own[name]) as Required<HostSettings>[Name];
  }
}
