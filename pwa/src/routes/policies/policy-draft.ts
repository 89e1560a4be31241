import type { Grouping, PolicyMatch, PolicySettings, Recipient, Severity, TagScope } from '@tocsin/shared';
import { parseTags } from '../../lib/format/parse-tags.js';

/** A step while it is being typed. Recipients are written as `role:owner` or `user:…`. */
export interface StepDraft {
  afterMinutes: number | null;
  to: string[];
}

/** A policy while it is being typed: numbers may be missing. */
export interface PolicyDraft {
  name: string;
  enabled: boolean;
  goOn: boolean;
  severities: Severity[];
  /** Empty: all hosts. */
  hostIds: string[];
  /** Between commas or spaces; empty: whatever tags a host has. */
  tags: string;
  tagMatch: TagScope['match'];
  steps: StepDraft[];
  repeats: boolean;
  repeatMinutes: number | null;
  /** Empty: always the same. */
  upToMinutes: number | null;
  groupBy: Grouping;
  /** Empty: nobody. */
  fallback: string;
  /** What the form does not show is kept as it is. */
  kept: Pick<PolicyMatch, 'ruleIds' | 'metrics'>;
}

export const keyOf = (who: Recipient): string =>
  who.kind === 'role' ? `role:${who.role}` : `${who.kind}:${who.id}`;

export function recipientOf(key: string): Recipient {
  const [kind, id] = key.split(':') as [Recipient['kind'], string];
  return kind === 'role' ? ({ kind, role: id } as Recipient) : { kind, id };
}

export function draftOf({ match = {}, repeat, ...policy }: PolicySettings): PolicyDraft {
  const { severities = [], hostIds = [], tags, ...kept } = match;
  return {
    name: policy.name,
    enabled: policy.enabled,
    goOn: policy.goOn ?? false,
    severities: [...severities],
    hostIds: [...hostIds],
    tags: tags?.names.join(', ') ?? '',
    tagMatch: tags?.match ?? 'any',
    steps: policy.steps.map(({ afterSeconds, to }) => ({
      afterMinutes: afterSeconds / 60,
      to: to.map(keyOf),
    })),
    repeats: repeat !== undefined,
    repeatMinutes: (repeat?.everySeconds ?? 3_600) / 60,
    upToMinutes: repeat?.doublesUpToSeconds === undefined ? null : repeat.doublesUpToSeconds / 60,
    groupBy: policy.groupBy ?? 'related',
    fallback: policy.fallback === undefined ? '' : keyOf(policy.fallback),
    kept,
  };
}

const seconds = (minutes: number | null): number => Math.round((minutes ?? 0) * 60);

/** What is sent to the hub: nothing for what was left empty. */
export function settingsOf(draft: PolicyDraft): PolicySettings {
  const names = parseTags(draft.tags);
  const match: PolicyMatch = {
    ...draft.kept,
    ...(draft.severities.length > 0 && { severities: draft.severities }),
    ...(draft.hostIds.length > 0 && { hostIds: draft.hostIds }),
    ...(names.length > 0 && { tags: { match: draft.tagMatch, names } }),
  };
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    ...(Object.keys(match).length > 0 && { match }),
    ...(draft.goOn && { goOn: true }),
    steps: draft.steps.map(({ afterMinutes, to }) => ({
      afterSeconds: seconds(afterMinutes),
      to: to.map(recipientOf),
    })),
    ...(draft.repeats && {
      repeat: {
        everySeconds: seconds(draft.repeatMinutes),
        ...(draft.upToMinutes !== null && { doublesUpToSeconds: seconds(draft.upToMinutes) }),
      },
    }),
    ...(draft.groupBy !== 'related' && { groupBy: draft.groupBy }),
    ...(draft.fallback !== '' && { fallback: recipientOf(draft.fallback) }),
  };
}
