interface Keyed {
  id: string;
  name: string;
  key?: string;
}

/** A name as a key: `Disk nearly full (/)` → `disk-nearly-full`. */
const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '') || 'rule';

/**
 * The key of each rule by its id. One that has none yet gets it from its name, the same each time as long as
 * nobody renames a rule; applying a file gives it that key for good.
 */
export function keysOf(rules: readonly Keyed[]): Map<string, string> {
  const keys = new Map(rules.flatMap(({ id, key }) => (key === undefined ? [] : [[id, key] as const])));
  const taken = new Set(keys.values());
  for (const { id, name, key } of rules) {
    if (key !== undefined) continue;
    const slug = slugOf(name);
    let free = slug;
    for (let n = 2; taken.has(free); n += 1) free = `${slug}-${n}`;
    taken.add(free);
    keys.set(id, free);
  }
  return keys;
}
