import type { Hold } from './hold.js';
import type { Actor, Person } from './life/incident-log.js';
import type { RuleCondition } from './rule-condition.js';
import type { Comparison, Severity } from './rule.js';

/**
 * Why an incident ended. `cleared`: the condition did. `gone`: the host reports, but not this instance any
 * more. `rule_changed`: the rule was deleted, disabled or is no longer about this. `host_removed`: so was the
 * host. `by_hand`: somebody said so; if the condition still holds, a new incident opens after the rule's time.
 */
export const RESOLUTIONS = ['cleared', 'gone', 'rule_changed', 'host_removed', 'by_hand'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Stands for the host, and for the rule, of an incident about the hub itself. */
export const NO_HOST = '000000000000000000000000';

/** An alarm that people act on: one for each rule, host and instance at a time. Times are UTC ms. */
export interface Incident {
  id: string;
  ruleId: string;
  ruleName: string;
  hostId: string;
  hostName: string;
  metric: string;
  instance?: string;
  severity: Severity;
  status: 'open' | 'resolved';
  /** Since when the condition held, which is `forSeconds` before it opened. */
  since: number;
  openedAt: number;
  resolvedAt?: number;
  resolution?: Resolution;
  /** Who resolved it by hand, and what they said. */
  resolvedBy?: Actor;
  resolvedNote?: string;
  /** The incident that was resolved by hand though its condition went on to hold. */
  reopens?: string;
  /** What the rule compared with, for people who read the incident after the rule was changed. */
  condition?: RuleCondition;
  comparison: Comparison;
  firesAt: number;
  /** Value at the moment it opened, the worst since, and the last one, in the metric's unit. */
  openedValue: number;
  worstValue: number;
  lastValue: number;
  acknowledgedAt?: number;
  /** Name of the person. */
  acknowledgedBy?: string;
  acknowledgedNote?: string;
  /** After this it counts as not acknowledged again. */
  acknowledgedUntil?: number;
  /** Somebody looks at it later: until then nobody is told of it. */
  snoozedUntil?: number;
  /** Name of the person. */
  snoozedBy?: string;
  assignee?: Person;
  /** How many there are; left out when there are none. */
  comments?: number;
  /** Why nobody is told of it; left out when people are. Kept as it was at the end once it is resolved. */
  holds?: readonly Hold[];
}
