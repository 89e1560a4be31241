import type { AppliedRules, FiledRule, RulesFile } from '@tocsin/shared';

/** What applying a file changes, a line for each rule and for each field that is another one. */
export function differencesOf(
  { created, changed, unchanged, removed }: AppliedRules,
  before: RulesFile,
  after: RulesFile,
): string {
  const was = new Map(before.rules.map((rule) => [rule.key, rule]));
  const is = new Map(after.rules.map((rule) => [rule.key, rule]));
  return [
    ...created.map((key) => `+ ${key}`),
    ...changed.flatMap(({ key }) => [`~ ${key}`, ...fieldsOf(was.get(key), is.get(key))]),
    ...removed.map((key) => `- ${key}`),
    `${unchanged.length} ${unchanged.length === 1 ? 'is' : 'are'} as before`,
    '',
  ].join('\n');
}

function fieldsOf(before: FiledRule | undefined, after: FiledRule | undefined): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name) => {
    const [a, b] = [before, after].map(
      (rule) => JSON.stringify(rule?.[name as keyof FiledRule]) ?? 'not set',
    );
    return a === b ? [] : [`    ${name}: ${a} → ${b}`];
  });
}
