import {
  HOST_LOST,
  METRICS,
  type Comparison,
  type Metric,
  type RuleSettings,
  type Severity,
  type TagScope,
} from '@tocsin/shared';
import { overrideDraft, overridesOf, type OverrideDraft } from './override-draft.js';
import { conditionDraft, conditionOf, type ConditionDraft } from './condition-draft.js';

/** A rule while it is being typed: numbers may be missing. */
export interface RuleDraft {
  name: string;
  enabled: boolean;
  metric: string;
  instance: string;
  /** Empty: all hosts. */
  hostIds: string[];
  /** Between commas or spaces; empty: whatever tags a host has. */
  tags: string;
  tagMatch: TagScope['match'];
  condition: ConditionDraft;
  comparison: Comparison;
  firesAt: number | null;
  clearsAt: number | null;
  forSeconds: number | null;
  keepFiringSeconds: number | null;
  severity: Severity;
  /** Hosts on which the rule is different. */
  overrides: OverrideDraft[];
}

export const newDraft = (): RuleDraft => ({
  name: '',
  enabled: true,
  metric: 'cpu.usage',
  instance: '',
  hostIds: [],
  tags: '',
  tagMatch: 'any',
  condition: conditionDraft(),
  comparison: '>',
  firesAt: 90,
  clearsAt: null,
  forSeconds: 60,
  keepFiringSeconds: 60,
  severity: 'warning',
  overrides: [],
});

export const draftOf = ({ tags, condition, ...settings }: RuleSettings): RuleDraft => ({
  ...settings,
  instance: settings.instance ?? '',
  hostIds: settings.hostIds ?? [],
  tags: tags?.names.join(', ') ?? '',
  tagMatch: tags?.match ?? 'any',
  condition: conditionDraft(condition),
  clearsAt: settings.clearsAt ?? null,
  overrides: (settings.overrides ?? []).map(overrideDraft),
});

/** What is sent to the hub: nothing for what was left empty. */
export function settingsOf(all: RuleDraft): RuleSettings {
  const { instance, hostIds, tags, tagMatch, condition, clearsAt, overrides, ...draft } = all;
  const different = overridesOf(overrides);
  const chosen = draft.metric === HOST_LOST.id ? undefined : conditionOf(condition);
  const isAbsent = chosen?.kind === 'absent';
  const names = [
    ...new Set(
      tags
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  ];
  return {
    ...draft,
    name: draft.name.trim(),
    ...(chosen !== undefined && { condition: chosen }),
    firesAt: draft.firesAt ?? 0,
    forSeconds: draft.forSeconds ?? 0,
    keepFiringSeconds: draft.keepFiringSeconds ?? 0,
    ...(clearsAt !== null && !isAbsent && { clearsAt }),
    ...(isAbsent && { comparison: '>=' as const, firesAt: 1 }),
    ...(hostIds.length > 0 && { hostIds }),
    ...(different.length > 0 && { overrides: different }),
    ...(names.length > 0 && { tags: { match: tagMatch, names } }),
    ...(instance.trim() !== '' && METRICS.get(draft.metric)?.instance && { instance: instance.trim() }),
  };
}

/** The catalogue by its first part, for a pick list: `cpu`, `ram`, `disk` … */
export function metricGroups(): { name: string; metrics: Metric[] }[] {
  const groups = new Map<string, Metric[]>();
  for (const metric of METRICS.values()) {
    const name = metric.id.slice(0, metric.id.indexOf('.'));
    groups.set(name, [...(groups.get(name) ?? []), metric]);
  }
  return [...groups].map(([name, metrics]) => ({ name, metrics }));
}
