import Type from 'typebox';
import { ROLES } from '../../access/roles.js';
import type { Fault } from '../../validation.js';
import { SEVERITIES, TagScope } from '../rule.js';

const strict = { additionalProperties: false } as const;
const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const some = <T extends Type.TSchema>(item: T, maxItems: number) =>
  Type.Array(item, { minItems: 1, maxItems, uniqueItems: true });

const DAY = 86_400;
/** Nobody is reminded more often than this, in seconds. */
const SHORTEST_REPEAT = 60;

/** Who is told: a person, everybody with a role, or a channel of the organisation. */
export const Recipient = Type.Union([
  Type.Object({ kind: Type.Literal('user'), id: Id }, strict),
  Type.Object({ kind: Type.Literal('role'), role: Type.Enum(ROLES) }, strict),
  Type.Object({ kind: Type.Literal('channel'), id: Id }, strict),
]);
export type Recipient = Type.Static<typeof Recipient>;

/** Which incidents a policy is about: all that is given must fit. */
export const PolicyMatch = Type.Object(
  {
    severities: Type.Optional(some(Type.Enum(SEVERITIES), SEVERITIES.length)),
    tags: Type.Optional(TagScope),
    hostIds: Type.Optional(some(Id, 1000)),
    ruleIds: Type.Optional(some(Id, 200)),
    metrics: Type.Optional(some(Type.String({ minLength: 1, maxLength: 64 }), 50)),
  },
  strict,
);
export type PolicyMatch = Type.Static<typeof PolicyMatch>;

/** Whom to tell after how long without an acknowledgement. */
export const PolicyStep = Type.Object(
  {
    /** Seconds since the first step was told; 0 for the first one. */
    afterSeconds: Type.Integer({ minimum: 0, maximum: 7 * DAY }),
    to: Type.Array(Recipient, { minItems: 1, maxItems: 20 }),
  },
  strict,
);
export type PolicyStep = Type.Static<typeof PolicyStep>;

/** Telling the last step again as long as nobody acknowledges. */
export const PolicyRepeat = Type.Object(
  {
    everySeconds: Type.Integer({ minimum: SHORTEST_REPEAT, maximum: DAY }),
    /** Each time waits twice as long as the one before, up to this many seconds; left out: always the same. */
    doublesUpToSeconds: Type.Optional(Type.Integer({ minimum: SHORTEST_REPEAT, maximum: 7 * DAY })),
  },
  strict,
);
export type PolicyRepeat = Type.Static<typeof PolicyRepeat>;

/**
 * What is told as one. `related`: what shares a host or a rule. `host` and `rule`: what shares that.
 * `all`: whatever comes at the same time. `none`: each incident by itself.
 */
export const GROUPINGS = ['related', 'host', 'rule', 'all', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Whom to tell of which incidents, and how often. */
export const PolicySettings = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    enabled: Type.Boolean(),
    /** Left out: every incident. */
    match: Type.Optional(PolicyMatch),
    /** The policies after this one are asked too; else the first that fits is the only one. */
    goOn: Type.Optional(Type.Boolean()),
    steps: Type.Array(PolicyStep, { minItems: 1, maxItems: 10 }),
    repeat: Type.Optional(PolicyRepeat),
    groupBy: Type.Optional(Type.Enum(GROUPINGS)),
    /** Told when all deliveries of a step fail. */
    fallback: Type.Optional(Recipient),
  },
  strict,
);
export type PolicySettings = Type.Static<typeof PolicySettings>;

/** `PUT /api/v1/policies/order`: all of them, in the order in which they are to be asked. */
export const PolicyOrder = Type.Object({ ids: Type.Array(Id, { maxItems: 200 }) }, strict);
export type PolicyOrder = Type.Static<typeof PolicyOrder>;

export interface Policy extends PolicySettings {
  id: string;
}

/** What no schema can say: why a policy of the right form could not work, in a sentence, or nothing. */
export function policyFault({ steps, repeat }: PolicySettings): Fault | undefined {
  if (steps[0]!.afterSeconds !== 0) {
    return {
      field: '/steps/0/afterSeconds',
      message: 'The first step is told at once: afterSeconds must be 0.',
    };
  }
  const early = steps.findIndex(({ afterSeconds }, i) => i > 0 && afterSeconds <= steps[i - 1]!.afterSeconds);
  if (early > 0) {
    const message = `Step ${early + 1} must come later than the step before it (${steps[early - 1]!.afterSeconds} s).`;
    return { field: `/steps/${early}/afterSeconds`, message };
  }
  const bound = repeat?.doublesUpToSeconds;
  if (bound !== undefined && bound < repeat!.everySeconds) {
    const message = `It can only double up to more than it begins with (${repeat!.everySeconds} s).`;
    return { field: '/repeat/doublesUpToSeconds', message };
  }
  return undefined;
}

/** What an organisation starts with: tell at once, and remind until somebody acknowledges. */
export const DEFAULT_POLICY: PolicySettings = {
  name: 'Everybody who can act',
  enabled: true,
  match: { severities: ['critical', 'warning'] },
  steps: [
    {
      afterSeconds: 0,
      to: [
        { kind: 'role', role: 'owner' },
        { kind: 'role', role: 'admin' },
        { kind: 'role', role: 'operator' },
      ],
    },
  ],
  repeat: { everySeconds: 3_600, doublesUpToSeconds: 28_800 },
};
