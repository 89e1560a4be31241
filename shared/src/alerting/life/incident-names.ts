import type { Incident } from '../incident.js';

/** What people search an incident by. */
export const INCIDENT_NAMES = ['hostName', 'ruleName', 'metric', 'instance'] as const;

/** Is this text part of one of its names, in either case? */
export const isNamed = (incident: Pick<Incident, (typeof INCIDENT_NAMES)[number]>, text: string): boolean =>
  INCIDENT_NAMES.some((name) => incident[name]?.toLowerCase().includes(text.toLowerCase()));
