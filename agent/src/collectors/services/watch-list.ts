import { namePatterns } from '../name-patterns.js';
import { isPattern, isUnitName, unitName } from './unit-names.js';

/** What is to be watched, in systemd's names. */
export interface WatchList {
  /** Units by their name or by an alias; watched whether the host has them or not. */
  names: readonly string[];
  /** Such as `docker-*.service`: whatever systemd has loaded that fits. */
  patterns: readonly string[];
  fits: (unit: string) => boolean;
  /** Nothing was asked for: whatever has failed. */
  onlyFailed: boolean;
  /** What was asked for and cannot be. */
  problems: readonly string[];
}

/** @param services as people write them: `nginx`, `nginx.service`, `docker-*`, `*.timer` */
export function watchList(services: readonly string[]): WatchList {
  const units = [...new Set(services.filter(isUnitName).map(unitName))];
  const patterns = units.filter(isPattern);
  return {
    names: units.filter((unit) => !isPattern(unit)),
    patterns,
    fits: namePatterns(patterns),
    onlyFailed: services.length === 0,
    problems: services.filter((name) => !isUnitName(name)).map((name) => `${name} is not the name of a unit`),
  };
}
