import Type from 'typebox';
import { METRICS } from '../../metrics/catalogue.js';
import type { Fault } from '../../validation.js';
import type { Incident } from '../incident.js';
import { hasTags } from '../rule-check.js';
import { SEVERITIES, TagScope } from '../rule.js';
import { glob, wildcardsIn } from './glob.js';

const ids = (maxItems: number) =>
  Type.Array(Type.String({ pattern: '^[0-9a-f]{24}$' }), { minItems: 1, maxItems, uniqueItems: true });

/** Which incidents: every part that is given must fit, and within a part any of its values will do. */
export const Matchers = Type.Object(
  {
    hostIds: Type.Optional(ids(1_000)),
    tags: Type.Optional(TagScope),
    ruleIds: Type.Optional(ids(200)),
    /** Ids from the metric catalogue. */
    metrics: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
      }),
    ),
    /** A name, or a pattern with `*` and `?`; see `glob`. An incident without an instance does not fit. */
    instance: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
    severities: Type.Optional(
      Type.Array(Type.Enum(SEVERITIES), { minItems: 1, maxItems: 3, uniqueItems: true }),
    ),
  },
  { additionalProperties: false },
);
export type Matchers = Type.Static<typeof Matchers>;

/** Every open incident is held against a pattern each second, so it must be told apart soon. */
const WILDCARDS = 10;

/** What of an incident is looked at. */
export type Matchable = Pick<Incident, 'hostId' | 'ruleId' | 'metric' | 'instance' | 'severity'>;

/** The test for these matchers, made once and used often. `tags` are those that the incident's host has now. */
export function matcherOf(matchers: Matchers): (incident: Matchable, tags: readonly string[]) => boolean {
  const { tags: scope, severities, instance } = matchers;
  const hosts = matchers.hostIds && new Set(matchers.hostIds);
  const rules = matchers.ruleIds && new Set(matchers.ruleIds);
  const metrics = matchers.metrics && new Set(matchers.metrics);
  const named = instance === undefined ? undefined : glob(instance);
  return (incident, tags) =>
    (hosts === undefined || hosts.has(incident.hostId)) &&
    (rules === undefined || rules.has(incident.ruleId)) &&
    (metrics === undefined || metrics.has(incident.metric)) &&
    (severities === undefined || severities.includes(incident.severity)) &&
    (scope === undefined || hasTags(scope, tags)) &&
    (named === undefined || (incident.instance !== undefined && named(incident.instance)));
}

/** May there be incidents of this host that fit? */
export const concerns = (
  { hostIds, tags }: Matchers,
  host: { id: string; tags: readonly string[] },
): boolean =>
  (hostIds === undefined || hostIds.includes(host.id)) && (tags === undefined || hasTags(tags, host.tags));

/** Do they say which hosts and nothing else, so that all incidents of these fit? */
export const isAboutWholeHosts = ({ hostIds, tags, ...rest }: Matchers): boolean =>
  (hostIds !== undefined || tags !== undefined) && Object.values(rest).every((part) => part === undefined);

/** What no schema can say: why these matchers cannot be used, or nothing. */
export function matchersFault(matchers: Matchers): Fault | undefined {
  if (Object.values(matchers).every((part) => part === undefined)) {
    return { field: '/matchers', message: 'must say at least one thing, or they would fit everything' };
  }
  if (wildcardsIn(matchers.instance ?? '') > WILDCARDS) {
    return { field: '/matchers/instance', message: `may have at most ${WILDCARDS} of * and ?` };
  }
  const unknown = matchers.metrics?.findIndex((id) => !METRICS.has(id)) ?? -1;
  if (unknown < 0) return undefined;
  return {
    field: `/matchers/metrics/${unknown}`,
    message: `is not a metric: ${matchers.metrics![unknown]}`,
  };
}
