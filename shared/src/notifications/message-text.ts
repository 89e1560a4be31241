import type { Incident } from '../alerting/incident.js';
import type { NoticeKind } from '../alerting/routing/follow.js';
import { SEVERITIES, type Severity } from '../alerting/rule.js';
import { describeIncident } from '../words/incident-text.js';
import { formatSpan } from '../words/span.js';
import { plainText } from './plain-text.js';

/** An incident that a message is about, as it is when the message goes out. */
export interface MessageItem {
  kind: NoticeKind;
  incident: Incident;
}

/** How a message as a whole is to look: the most urgent of what it tells. */
export type MessageState = 'firing' | 'acknowledged' | 'resolved';

/** A message in words, without any markup. */
export interface MessageText {
  state: MessageState;
  /** Of the worst incident that it tells of. */
  severity: Severity;
  /** One line, short enough for a phone. */
  title: string;
  /** A line for each incident, the worst first, and one for those that are left out. */
  lines: string[];
}

/** Incidents that a message shows by name; of the others it says how many there are. */
export const SHOWN_AT_MOST = 10;

const LONGEST_LINE = 240;
const LONGEST_TITLE = 120;

const SEVERITY_WORDS: Record<Severity, string> = { critical: 'Critical', warning: 'Warning', info: 'Info' };

const stateOf = ({ incident }: MessageItem): MessageState => {
  if (incident.status === 'resolved') return 'resolved';
  return incident.acknowledgedAt === undefined ? 'firing' : 'acknowledged';
};

const STATES: readonly MessageState[] = ['firing', 'acknowledged', 'resolved'];
const urgency = (item: MessageItem): number =>
  STATES.indexOf(stateOf(item)) * SEVERITIES.length + rank(item.incident.severity);
const rank = (severity: Severity): number => ['critical', 'warning', 'info'].indexOf(severity);

/**
 * What a message says of these incidents, as they are now.
 * @param items at least one
 * @param now UTC ms
 */
export function messageText(items: readonly MessageItem[], now: number): MessageText {
  const sorted = [...items].sort((a, b) => urgency(a) - urgency(b));
  const [first] = sorted as [MessageItem];
  const lines = sorted.slice(0, SHOWN_AT_MOST).map((item) => lineOf(item, items.length > 1, now));
  if (sorted.length > SHOWN_AT_MOST) lines.push(`and ${sorted.length - SHOWN_AT_MOST} more`);
  const severity = sorted.map(({ incident }) => incident.severity).sort((a, b) => rank(a) - rank(b))[0]!;
  return {
    state: stateOf(first),
    severity,
    title: plainText(titleOf(sorted, severity), LONGEST_TITLE),
    lines,
  };
}

function titleOf(items: readonly MessageItem[], severity: Severity): string {
  const [first] = items as [MessageItem];
  const { incident } = first;
  const state = stateOf(first);
  const word =
    state === 'firing' ? SEVERITY_WORDS[severity] : state === 'acknowledged' ? 'Acknowledged' : 'Resolved';
  const again = first.kind === 'reminder' && state === 'firing' ? ' (still)' : '';
  if (items.length === 1)
    return `${word}${again}: ${plainText(incident.hostName, 48)} – ${plainText(incident.ruleName, 48)}`;
  const rules = new Set(items.map((item) => item.incident.ruleName));
  const hosts = new Set(items.map((item) => item.incident.hostId));
  const where = hosts.size === 1 ? plainText(incident.hostName, 48) : `${hosts.size} hosts`;
  const what = rules.size === 1 ? plainText(incident.ruleName, 48) : `${items.length} incidents`;
  return `${word}${again}: ${where} – ${what}`;
}

function lineOf(item: MessageItem, named: boolean, now: number): string {
  const { incident } = item;
  const { hostName, acknowledgedBy, acknowledgedNote, openedAt, resolvedAt = now, since } = incident;
  const parts: string[] = [];
  if (named) parts.push(`${plainText(hostName, 48)}: `);
  parts.push(
    describeIncident({
      ...incident,
      ...(incident.instance !== undefined && { instance: plainText(incident.instance) }),
    }),
  );
  switch (stateOf(item)) {
    case 'resolved':
      parts.push(`, for ${formatSpan(resolvedAt - since)}`);
      break;
    case 'acknowledged':
      parts.push(`, acknowledged by ${plainText(acknowledgedBy ?? 'somebody', 48)}`);
      if (acknowledgedNote) parts.push(`: ${plainText(acknowledgedNote)}`);
      break;
    case 'firing':
      if (now - openedAt >= 60_000) parts.push(`, since ${formatSpan(now - since)}`);
  }
  return plainText(parts.join(''), LONGEST_LINE);
}
