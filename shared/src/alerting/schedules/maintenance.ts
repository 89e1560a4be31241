import Type from 'typebox';
import type { Fault } from '../../validation.js';
import { Matchers, matchersFault } from '../silences/matchers.js';
import { overAt, Schedule, scheduleFault } from './schedule.js';

/** Windows of a tenant, and how long one is kept that is over for good, in ms. */
export const MAINTENANCE_LIMITS = { windows: 200, keptMs: 90 * 86_400_000 } as const;

/** What a person may set about a maintenance window. */
export const MaintenanceSettings = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120, pattern: '\\S' }),
    matchers: Matchers,
    schedule: Schedule,
  },
  { additionalProperties: false },
);
export type MaintenanceSettings = Type.Static<typeof MaintenanceSettings>;

/** Nobody is told of the incidents that fit while its schedule is on. */
export interface MaintenanceWindow extends MaintenanceSettings {
  id: string;
  /** Somebody ended what was on: nothing is on before that time. UTC ms. */
  skippedUntil?: number;
  /** Name of the person who made it. */
  author: string;
  createdAt: number;
}

/** Why a window could not be set up like this at that time, or nothing. */
export function maintenanceFault({ matchers, schedule }: Omit<MaintenanceSettings, 'name'>, now: number) {
  return matchersFault(matchers) ?? inSchedule(scheduleFault(schedule) ?? overFault(schedule, now));
}

const inSchedule = (fault: Fault | undefined): Fault | undefined =>
  fault && { ...fault, field: `/schedule${fault.field}` };

function overFault(schedule: Schedule, now: number): Fault | undefined {
  const over = overAt(schedule);
  if (over === undefined || over > now) return undefined;
  return { field: schedule.kind === 'once' ? '/endsAt' : '/until', message: 'must lie in the future' };
}
