export * from './access/roles.js';
export * from './alerting/condition.js';
export * from './alerting/default-rules.js';
export * from './alerting/engine.js';
export {
  closed,
  type Flapping,
  FLAPS_ABOVE,
  flappingUntil,
  isForgotten,
  LONGEST_CALM_MS,
  opened,
} from './alerting/flapping.js';
export * from './alerting/hold.js';
export * from './alerting/incident.js';
export * from './alerting/life/act.js';
export * from './alerting/life/incident-action.js';
export * from './alerting/life/incident-log.js';
export * from './alerting/life/incident-names.js';
export * from './alerting/life/worst-first.js';
export * from './alerting/measure.js';
export { type Batch, Batches, type BatchEntry } from './alerting/routing/batches.js';
export * from './alerting/routing/follow.js';
export * from './alerting/routing/policies-for.js';
export * from './alerting/routing/policy.js';
export * from './alerting/rule-check.js';
export * from './alerting/rule-condition.js';
export { ruleFor } from './alerting/rule-override.js';
export * from './alerting/rule-templates.js';
export * from './alerting/rule.js';
export { keysOf } from './alerting/rules-file/rule-keys.js';
export * from './alerting/rules-file/rules-file.js';
export * from './alerting/rules-file/rules-plan.js';
export * from './alerting/schedules/maintenance.js';
export * from './alerting/schedules/occurrences.js';
export * from './alerting/schedules/quiet-hours.js';
export * from './alerting/schedules/schedule.js';
export { isTimeZone, localIso } from './alerting/schedules/zoned-time.js';
export { literally } from './alerting/silences/glob.js';
export * from './alerting/silences/matchers.js';
export * from './alerting/silences/silence.js';
export { VanishedHosts } from './alerting/vanished-hosts.js';
export * from './alerting/when-fired.js';
export type { WindowState } from './alerting/window.js';
export * from './api/audit.js';
export * from './api/auth.js';
export * from './api/data.js';
export * from './api/enrolment.js';
export * from './api/error.js';
export * from './api/history.js';
export * from './api/hosts.js';
export * from './api/incidents.js';
export * from './api/iso-time.js';
export * from './api/quiet.js';
export * from './api/members.js';
export * from './api/retention.js';
export * from './api/rule-preview.js';
export * from './metrics/catalogue.js';
export type { InstanceKind, Metric, MetricGroup, Unit } from './metrics/metric-group.js';
export * from './metrics/series.js';
export { serviceStateCode } from './metrics/software-metrics.js';
export * from './metrics/usage.js';
export * from './protocol/agent-events.js';
export * from './protocol/frame.js';
export * from './protocol/host-settings.js';
export * from './protocol/limits.js';
export * from './protocol/live-events.js';
export * from './protocol/presence.js';
export * from './protocol/processes.js';
export * from './protocol/report-interval.js';
export * from './validation.js';
export * from './words/condition-text.js';
export * from './words/incident-text.js';
export { formatSpan } from './words/span.js';
export * from './words/units.js';
export * from './notifications/channel.js';
export * from './notifications/notification.js';
export * from './notifications/plain-text.js';
export * from './notifications/message-text.js';
export * from './notifications/push.js';
