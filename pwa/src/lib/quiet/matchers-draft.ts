import type { Matchers, Severity, TagScope } from '@tocsin/shared';
import { parseTags } from '../format/parse-tags.js';

/** Matchers while they are being chosen: what is empty does not count. */
export interface MatchersDraft {
  hostIds: string[];
  /** Between commas or spaces. */
  tags: string;
  tagMatch: TagScope['match'];
  ruleIds: string[];
  metrics: string[];
  instance: string;
  severities: Severity[];
}

export const matchersDraft = (matchers: Matchers = {}): MatchersDraft => ({
  hostIds: matchers.hostIds ?? [],
  tags: matchers.tags?.names.join(', ') ?? '',
  tagMatch: matchers.tags?.match ?? 'any',
  ruleIds: matchers.ruleIds ?? [],
  metrics: matchers.metrics ?? [],
  instance: matchers.instance ?? '',
  severities: matchers.severities ?? [],
});

export function matchersOf({ tagMatch, ...draft }: MatchersDraft): Matchers {
  const names = parseTags(draft.tags);
  const instance = draft.instance.trim();
  const { hostIds, ruleIds, metrics, severities } = draft;
  return {
    ...(hostIds.length > 0 && { hostIds }),
    ...(names.length > 0 && { tags: { match: tagMatch, names } }),
    ...(ruleIds.length > 0 && { ruleIds }),
    ...(metrics.length > 0 && { metrics }),
    ...(instance !== '' && { instance }),
    ...(severities.length > 0 && { severities }),
  };
}

export const isEmpty = (matchers: Matchers): boolean => Object.keys(matchers).length === 0;
