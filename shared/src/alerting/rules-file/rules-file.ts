import Type from 'typebox';
import { RuleOverride, RuleSettings } from '../rule.js';

const strict = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 120 });
const { hostIds: _hosts, policyId: _policy, overrides: _overrides, ...settings } = RuleSettings.properties;
const { hostId: _host, ...override } = RuleOverride.properties;

/**
 * A rule as it stands in a file that lives in git. It is known by its key, and names hosts and its policy as
 * people do, since ids mean nothing in another installation.
 */
export const FiledRule = Type.Object(
  {
    key: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 80 }),
    ...settings,
    /** Names of hosts; left out: all of them. */
    hosts: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 1_000, uniqueItems: true })),
    /** Name of the policy that tells of it; left out: those that fit. */
    policy: Type.Optional(Name),
    overrides: Type.Optional(
      Type.Array(Type.Object({ host: Name, ...override }, strict), { minItems: 1, maxItems: 200 }),
    ),
  },
  strict,
);
export type FiledRule = Type.Static<typeof FiledRule>;

const Rules = Type.Array(FiledRule, { maxItems: 200 });

/** The file: `rules: […]`. Also `GET /api/v1/rules/export`. */
export const RulesFile = Type.Object({ rules: Rules }, strict);
export type RulesFile = Type.Static<typeof RulesFile>;

/** `POST /api/v1/rules/apply`. `prune`: rules that are not in the file go. `dryRun`: only say what would change. */
export const ApplyRules = Type.Object(
  { rules: Rules, prune: Type.Optional(Type.Boolean()), dryRun: Type.Optional(Type.Boolean()) },
  strict,
);
export type ApplyRules = Type.Static<typeof ApplyRules>;

/** What was changed, or would be, by key. */
export interface AppliedRules {
  created: string[];
  /** With the fields that are not as they were. */
  changed: { key: string; fields: string[] }[];
  unchanged: string[];
  removed: string[];
}
