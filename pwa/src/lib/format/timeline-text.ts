import { type Incident, type TimelineEntry, conditionValue, formatSpan } from '@tocsin/shared';
import { formatMoment } from './until.js';

const RESOLUTIONS: Record<NonNullable<Incident['resolution']>, string> = {
  cleared: 'Resolved: the condition ended',
  gone: 'Resolved: the host reports it no more',
  rule_changed: 'Resolved: its rule was changed',
  host_removed: 'Resolved: the host was removed',
  by_hand: 'Resolved by hand',
};
const NOTICES = {
  firing: 'Told',
  reminder: 'Reminded',
  acknowledged: 'Told of the acknowledgement',
  resolved: 'Told of the end',
};
const HOLDS = {
  silence: 'a silence',
  maintenance: 'maintenance',
  snoozed: 'a snooze',
  inhibited: 'another incident',
  flapping: 'flapping',
};

/** One line of an incident's timeline, without when and by whom. */
export function describeEntry(entry: TimelineEntry, incident: Incident): string {
  const until = (t: number | undefined) => (t === undefined ? '' : ` until ${formatMoment(t, entry.at)}`);
  const value = (number: number) => conditionValue(incident.metric, number, incident.condition);
  switch (entry.kind) {
    case 'opened':
      return `${entry.reopens === undefined ? 'Opened' : 'Opened again, since the condition went on'} at ${value(entry.value)}`;
    case 'acknowledged':
      return `Acknowledged${until(entry.until)}`;
    case 'unacknowledged':
      return entry.by ? 'Acknowledgement taken back' : 'Acknowledgement ran out';
    case 'snoozed':
      return `Snoozed${until(entry.until)}`;
    case 'unsnoozed':
      return entry.by ? 'Snooze ended' : 'Snooze ran out';
    case 'assigned':
      return entry.to ? `Assigned to ${entry.to.name}` : 'Assigned to nobody';
    case 'commented':
      return 'Commented';
    case 'held':
      return `Held back by ${entry.holds.map(({ by, name }) => (name && by !== 'snoozed' ? `${HOLDS[by]} (${name})` : HOLDS[by])).join(' and ')}`;
    case 'released':
      return 'Not held back any more';
    case 'notified':
      return `${NOTICES[entry.notice]}: ${entry.to}, ${describeProgress(entry)}`;
    case 'resolved':
      return `${RESOLUTIONS[entry.resolution]}, ${value(entry.worst)} at worst`;
  }
}

/** How far a notification is: taken after how long and how many tries, or why not. */
export function describeProgress({
  at,
  state,
  error,
  deliveries,
}: Pick<Extract<TimelineEntry, { kind: 'notified' }>, 'at' | 'state' | 'error' | 'deliveries'>): string {
  const taken = deliveries.find(({ acceptedAt }) => acceptedAt !== undefined);
  const failing = deliveries.find((one) => one.error !== undefined);
  const reason = error ?? failing?.error;
  switch (state) {
    case 'sent': {
      const after = Math.max(0, (taken?.acceptedAt ?? at) - at);
      const tries = taken !== undefined && taken.attempts > 1 ? ` and ${taken.attempts} tries` : '';
      return `delivered after ${after < 1000 ? `${after} ms` : formatSpan(after)}${tries}`;
    }
    case 'failed':
      return `not delivered${reason === undefined ? '' : `: ${reason}`}`;
    case 'waiting':
      return reason === undefined ? 'on its way' : `tried again soon: ${reason}`;
    case 'obsolete':
      return 'not needed any more';
  }
}

/** What somebody wrote with it. */
export function wordsOf(entry: TimelineEntry): string | undefined {
  if (entry.kind === 'commented') return entry.text;
  return entry.kind === 'acknowledged' || entry.kind === 'resolved' ? entry.note : undefined;
}

/** Who did it, and from where unless that was the page. */
export function actorOf(entry: TimelineEntry): string | undefined {
  if (!('by' in entry) || entry.by === undefined) return undefined;
  return entry.by.via === 'web' ? entry.by.name : `${entry.by.name} (${entry.by.via})`;
}
