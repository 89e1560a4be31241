import Type from 'typebox';
import { Tag } from '../api/hosts.js';
import { RuleCondition } from './rule-condition.js';

const strict = { additionalProperties: false } as const;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const COMPARISONS = ['>', '>=', '<', '<=', '==', '!='] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const TAG_MATCHES = ['any', 'all'] as const;

/** Which hosts by their tags: those that have any, or all, of the names. */
export const TagScope = Type.Object(
  {
    match: Type.Enum(TAG_MATCHES),
    names: Type.Array(Tag, { minItems: 1, maxItems: 20, uniqueItems: true }),
  },
  strict,
);
export type TagScope = Type.Static<typeof TagScope>;

const HostId = Type.String({ pattern: '^[0-9a-f]{24}$' });

/** How long at most `for` and `keepFiring` may be, in seconds. */
const DAY = 86_400;

const duration = () => Type.Number({ minimum: 0, maximum: DAY });

/** What is different about a rule on one host; what is left out is as everywhere. */
export const RuleOverride = Type.Object(
  {
    hostId: HostId,
    /** `false`: the rule is not held against this host. A rule that is off stays off everywhere. */
    enabled: Type.Optional(Type.Boolean()),
    firesAt: Type.Optional(Type.Number()),
    clearsAt: Type.Optional(Type.Number()),
    forSeconds: Type.Optional(duration()),
  },
  strict,
);
export type RuleOverride = Type.Static<typeof RuleOverride>;

/** What a person may set about a rule. Thresholds are in the metric's unit, durations in seconds. */
export const RuleSettings = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    enabled: Type.Boolean(),
    /** Id from the metric catalogue. */
    metric: Type.String({ minLength: 1, maxLength: 64 }),
    /** One mount, interface or service; left out: each of them by itself. */
    instance: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    /** Hosts the rule is for; left out: all of them. */
    hostIds: Type.Optional(Type.Array(HostId, { minItems: 1, maxItems: 1000 })),
    /** Only hosts with these tags; beside `hostIds`: only those of them. */
    tags: Type.Optional(TagScope),
    /** What is compared; left out: each value as it comes. */
    condition: Type.Optional(RuleCondition),
    comparison: Type.Enum(COMPARISONS),
    /** Fires when `value comparison firesAt` holds. */
    firesAt: Type.Number(),
    /** Clears when `value comparison clearsAt` does not hold any more; left out: same as `firesAt`. */
    clearsAt: Type.Optional(Type.Number()),
    /** The condition must hold this long before the rule fires. */
    forSeconds: duration(),
    /** The condition must be clear this long before the incident is resolved. */
    keepFiringSeconds: duration(),
    severity: Type.Enum(SEVERITIES),
    /** The policy that tells of its incidents; left out: those that fit. */
    policyId: Type.Optional(Type.String({ pattern: '^[0-9a-f]{24}$' })),
    /** Hosts on which it is different. */
    overrides: Type.Optional(Type.Array(RuleOverride, { minItems: 1, maxItems: 200 })),
  },
  strict,
);
export type RuleSettings = Type.Static<typeof RuleSettings>;

export interface Rule extends RuleSettings {
  id: string;
  /** What files of rules call it; only applying such a file gives it one. */
  key?: string;
}

/** What of a rule a person may set, and the hub takes back. */
export const ruleSettings = ({ id: _id, key: _key, ...settings }: Rule): RuleSettings => settings;
