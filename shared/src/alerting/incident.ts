import type { Severity } from './rule.js';

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
  /** What the rule compared with, for people who read the incident after the rule was changed. */
  comparison: string;
  firesAt: number;
  /** Value at the moment it opened, the worst since, and the last one, in the metric's unit. */
  openedValue: number;
  worstValue: number;
  lastValue: number;
  acknowledgedAt?: number;
  acknowledgedBy?: string;
}
