import type { MaintenanceView, Schedule, ScheduleKind, Weekday } from '@tocsin/shared';
import { fromInput, toInput } from '../format/until.js';

export const KIND_CHOICES: Record<ScheduleKind, string> = {
  once: 'Once',
  daily: 'Every day',
  weekly: 'On weekdays',
  monthly: 'Every month',
};

/** A schedule while it is being chosen; what belongs to other kinds waits there. */
export interface ScheduleDraft {
  kind: ScheduleKind;
  /** As inputs of the kind `datetime-local` have them. */
  startsAt: string;
  endsAt: string;
  timeZone: string;
  at: string;
  hours: number | null;
  minutes: number | null;
  weekdays: Weekday[];
  day: number;
  from: string;
  until: string;
}

const HOUR = 3_600_000;

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function scheduleDraft(now: number, schedule?: Schedule): ScheduleDraft {
  const { durationMinutes = 120, startsAt = now, endsAt = startsAt + 2 * HOUR } = schedule ?? {};
  return {
    kind: schedule?.kind ?? 'once',
    startsAt: toInput(startsAt),
    endsAt: toInput(endsAt),
    timeZone: schedule?.timeZone ?? browserZone(),
    at: schedule?.at ?? '02:00',
    hours: Math.floor(durationMinutes / 60),
    minutes: durationMinutes % 60,
    weekdays: schedule?.weekdays ?? ['sun'],
    day: schedule?.day ?? 1,
    from: schedule?.from === undefined ? '' : toInput(schedule.from),
    until: schedule?.until === undefined ? '' : toInput(schedule.until),
  };
}

/** Only what belongs to the kind; what is missing is left for the hub to name. */
export function scheduleOf(draft: ScheduleDraft): Schedule {
  const { kind, weekdays, day, timeZone, at } = draft;
  const [startsAt, endsAt] = [fromInput(draft.startsAt), fromInput(draft.endsAt)];
  if (kind === 'once') {
    return { kind, ...(startsAt !== undefined && { startsAt }), ...(endsAt !== undefined && { endsAt }) };
  }
  const [from, until] = [fromInput(draft.from), fromInput(draft.until)];
  return {
    ...{ kind, timeZone: timeZone.trim(), at },
    durationMinutes: (draft.hours ?? 0) * 60 + (draft.minutes ?? 0),
    ...(kind === 'weekly' && { weekdays }),
    ...(kind === 'monthly' && { day }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

/** The same again: one that was once gets a begin of now, and as long an end. */
export function repeated({ name, matchers, schedule }: MaintenanceView, now: number) {
  const { kind, startsAt = 0, endsAt = 0, until: _over, ...rest } = schedule;
  const again: Schedule =
    kind === 'once' ? { kind, startsAt: now, endsAt: now + endsAt - startsAt } : { kind, ...rest };
  return { name, matchers, schedule: again };
}
