import type { RuleOverride } from '@tocsin/shared';

/** What is different about a rule on one host while it is being typed; what is null is as everywhere. */
export interface OverrideDraft {
  hostId: string;
  enabled: boolean;
  firesAt: number | null;
  clearsAt: number | null;
  forSeconds: number | null;
}

export const overrideDraft = ({ hostId, enabled = true, ...levels }: RuleOverride): OverrideDraft => ({
  hostId,
  enabled,
  firesAt: levels.firesAt ?? null,
  clearsAt: levels.clearsAt ?? null,
  forSeconds: levels.forSeconds ?? null,
});

/** What is sent to the hub: nothing for what was left empty, and no host that is chosen nowhere. */
export const overridesOf = (drafts: readonly OverrideDraft[]): RuleOverride[] =>
  drafts
    .filter(({ hostId }) => hostId !== '')
    .map(({ hostId, enabled, firesAt, clearsAt, forSeconds }) => ({
      hostId,
      ...(!enabled && { enabled }),
      ...(enabled && firesAt !== null && { firesAt }),
      ...(enabled && clearsAt !== null && { clearsAt }),
      ...(enabled && forSeconds !== null && { forSeconds }),
    }));
