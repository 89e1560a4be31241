import type { HostSettings } from '@tocsin/shared';
import { HOST_SETTINGS, LIMITS, type HostSettingName } from '@tocsin/shared/limits';
import { InvalidValue, OPTIONS } from './options.js';

export interface CheckedRemote {
  settings: HostSettings;
  /** What this version cannot follow, and why; the rest holds. */
  passedOver: string[];
}

const CHECKS: { [Name in HostSettingName]: (value: unknown) => HostSettings[Name] } = {
  interval(value) {
    if (!Number.isInteger(value)) throw new InvalidValue('should be a number of milliseconds');
    const ms = value as number;
    if (ms < LIMITS.intervalMinMs || ms > LIMITS.intervalMaxMs)
      throw new InvalidValue('should be from 50ms to 1h');
    return ms;
  },
  services: names('services'),
  includeDisks: names('includeDisks'),
  excludeDisks: names('excludeDisks'),
  includeInterfaces: names('includeInterfaces'),
  excludeInterfaces: names('excludeInterfaces'),
};

/** The same rules as for what people write, but a list has to be one. */
function names(name: Exclude<HostSettingName, 'interval'>) {
  return (value: unknown): string[] => {
    if (!Array.isArray(value)) throw new InvalidValue('should be a list');
    return OPTIONS[name].parse(value);
  };
}

/** Takes what this version understands of the settings that a hub, perhaps a newer one, tells. */
export function checkRemote(told: unknown): CheckedRemote {
  const settings: Record<string, unknown> = {};
  const passedOver: string[] = [];
  const given = typeof told === 'object' && told !== null ? told : {};
  for (const [name, value] of Object.entries(given)) {
    const known = HOST_SETTINGS.find((one) => one === name);
    if (known === undefined) {
      passedOver.push(`${name} is not known to this version`);
      continue;
    }
    try {
      settings[name] = CHECKS[known](value);
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      passedOver.push(`${name} ${error.message}`);
    }
  }
  return { settings, passedOver };
}
