import Type from 'typebox';
import type { Incident } from '../alerting/incident.js';
import { MaintenanceSettings, type MaintenanceWindow } from '../alerting/schedules/maintenance.js';
import type { Occurrence } from '../alerting/schedules/occurrences.js';
import { Schedule } from '../alerting/schedules/schedule.js';
import { Matchers } from '../alerting/silences/matchers.js';
import { type Silence, SILENCE_STATES, SilenceSettings } from '../alerting/silences/silence.js';

const strict = { additionalProperties: false } as const;

/** `GET /api/v1/silences`: active ones by their end, then scheduled ones by their begin, then expired ones, newest first. */
export const SilencesQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(SILENCE_STATES)),
    /** Id of the last expired silence of the page before. */
    after: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    /** How many expired ones at most. */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  strict,
);
export type SilencesQuery = Type.Static<typeof SilencesQuery>;

export interface SilencePage {
  silences: Silence[];
  /** Hand this in as `after` for older expired ones; absent when there are none. */
  next?: string;
}

/** `PATCH /api/v1/silences/:id`: what is left out stays. */
export const SilenceChanges = Type.Partial(SilenceSettings, strict);
export type SilenceChanges = Type.Static<typeof SilenceChanges>;

/** `PATCH /api/v1/maintenance/:id`: what is left out stays, and the rest is replaced as a whole. */
export const MaintenanceChanges = Type.Partial(MaintenanceSettings, strict);
export type MaintenanceChanges = Type.Static<typeof MaintenanceChanges>;

/** A window as the API shows it. */
export interface MaintenanceView extends MaintenanceWindow {
  /** While it is on. */
  current?: Occurrence;
  /** The next time that it begins. */
  next?: Occurrence;
}

export const SilencePreviewQuery = Type.Object({ matchers: Matchers }, strict);
export type SilencePreviewQuery = Type.Static<typeof SilencePreviewQuery>;
export const MaintenancePreviewQuery = Type.Object({ matchers: Matchers, schedule: Schedule }, strict);
export type MaintenancePreviewQuery = Type.Static<typeof MaintenancePreviewQuery>;

/** How many of each a preview names; it counts all. */
export const PREVIEWED = { hosts: 50, incidents: 50, occurrences: 10 } as const;

/** What matchers would hide right now. */
export interface QuietPreview {
  /** Hosts that may have incidents that fit. */
  hosts: { id: string; name: string }[];
  hostCount: number;
  /** Open incidents that fit. */
  incidents: Incident[];
  incidentCount: number;
}

/** One that is to come, and what clocks in the schedule's time zone show: `2026-03-29T03:00:00+02:00`. */
export interface PreviewedOccurrence extends Occurrence {
  localStart?: string;
  localEnd?: string;
}

export interface MaintenancePreview extends QuietPreview {
  /** The next ones, also the one that would be on now. */
  occurrences: PreviewedOccurrence[];
}
