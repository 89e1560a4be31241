import type { Aggregate, ConditionKind, RateUnit, RuleCondition } from '@tocsin/shared';

/** What is compared, while it is being chosen; what belongs to other kinds waits there. */
export interface ConditionDraft {
  kind: ConditionKind | 'level';
  aggregate: Aggregate;
  per: RateUnit;
  windowMinutes: number | null;
  withinHours: number | null;
  onlyFrom: number | null;
}

export const CONDITION_CHOICES: Record<ConditionDraft['kind'], string> = {
  level: 'Each value',
  aggregate: 'Average, peak or percentile',
  rate: 'How fast it changes',
  forecast: 'Where its trend leads',
  absent: 'That it is missing',
};

export const AGGREGATE_CHOICES: Record<Aggregate, string> = {
  avg: 'Average',
  max: 'Peak',
  p95: '95th percentile',
};

export const conditionDraft = (condition?: RuleCondition): ConditionDraft => ({
  kind: condition?.kind ?? 'level',
  aggregate: condition?.aggregate ?? 'avg',
  per: condition?.per ?? 'hour',
  windowMinutes: (condition?.windowSeconds ?? 600) / 60,
  withinHours: condition?.withinHours ?? 24,
  onlyFrom: condition?.onlyFrom ?? null,
});

/** Only what belongs to the kind. */
export function conditionOf(draft: ConditionDraft): RuleCondition | undefined {
  const { kind, aggregate, per, windowMinutes, withinHours, onlyFrom } = draft;
  const windowSeconds = (windowMinutes ?? 0) * 60;
  switch (kind) {
    case 'level':
      return undefined;
    case 'absent':
      return { kind };
    case 'aggregate':
      return { kind, aggregate, windowSeconds };
    case 'rate':
      return { kind, per, windowSeconds };
    case 'forecast': {
      const from = onlyFrom === null ? {} : { onlyFrom };
      return { kind, withinHours: withinHours ?? 0, windowSeconds, ...from };
    }
  }
}
