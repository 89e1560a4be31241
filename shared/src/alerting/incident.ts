import type { Hold } from './hold.js';
import type { RuleCondition } from './rule-condition.js';
import type { Comparison, Severity } from './rule.js';

/**
 * Why an incident ended. `cleared`: the condition did. `gone`: the host reports, but not this instance any
 * more. `rule_changed`: the rule was deleted, disabled or is no longer about this. `host_removed`: so was the
 * host.
 */
export const RESOLUTIONS = ['cleared', 'gone', 'rule_changed', 'host_removed'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

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
  /** Why nobody is told of it; left out when people are. Kept as it was at the end once it is resolved. */
  holds?: readonly Hold[];
}
