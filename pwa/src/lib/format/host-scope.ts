import type { RuleSettings } from '@tocsin/shared';

/** Which hosts a rule or a silence is about: `any host`, `web-1 or web-2`, `any host tagged db or web`. */
export function describeScope(
  { hostIds, tags }: Pick<RuleSettings, 'hostIds' | 'tags'>,
  nameOf: (hostId: string) => string | undefined,
): string {
  const hosts = hostIds?.map((id) => nameOf(id) ?? 'a removed host').join(' or ') ?? 'any host';
  if (tags === undefined) return hosts;
  return `${hosts} tagged ${tags.names.join(tags.match === 'all' ? ' and ' : ' or ')}`;
}
