import type { HostSettings } from '@tocsin/shared';

/** The settings of an agent while they are being typed; an empty one is left to the agent. */
export interface SettingsDraft {
  /** In ms; 0 leaves it to the agent. */
  interval: number;
  services: string;
  excludeDisks: string;
  includeDisks: string;
  excludeInterfaces: string;
  includeInterfaces: string;
}

const LISTS = ['services', 'excludeDisks', 'includeDisks', 'excludeInterfaces', 'includeInterfaces'] as const;
export type ListName = (typeof LISTS)[number];

/** Intervals to choose from, in ms. */
export const INTERVALS = [0, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000] as const;

export const draftOf = (settings: HostSettings): SettingsDraft => ({
  interval: settings.interval ?? 0,
  ...(Object.fromEntries(LISTS.map((name) => [name, settings[name]?.join('\n') ?? ''])) as Record<
    ListName,
    string
  >),
});

/** One name a line, or parted by commas: a mount may hold spaces. */
const names = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,]+/)
      .map((name) => name.trim())
      .filter(Boolean),
  ),
];

export function settingsOf({ interval, ...lists }: SettingsDraft): HostSettings {
  const given = LISTS.map((name) => [name, names(lists[name])] as const).filter(
    ([, list]) => list.length > 0,
  );
  return { ...(interval > 0 && { interval }), ...Object.fromEntries(given) };
}
