const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

/**
 * Names with `*` for any run of characters, such as `veth*` or `/mnt/*`. @returns whether a name fits
 * one of the patterns as a whole
 */
export function namePatterns(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const alternatives = patterns.map((pattern) => pattern.split('*').map(escaped).join('.*'));
  const expression = new RegExp(`^(?:${alternatives.join('|')})$`, 's');
  return (name) => expression.test(name);
}

/** What a person asked to leave out or to take in although it is left out by default. */
export interface Selection {
  include: readonly string[];
  exclude: readonly string[];
}
