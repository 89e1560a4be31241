import { isDeepStrictEqual } from 'node:util';
import { keptOf, keptValue } from './kept-of.js';

type Fields = Readonly<Record<string, unknown>>;

/** What is different, field by field, as JSON: `{"firesAt":{"from":90,"to":95}}`. Undefined when nothing is. */
export function changesOf(before: object = {}, after: object = {}): string | undefined {
  const [was, is] = [before as Fields, after as Fields];
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  const different = [...names].filter((name) => !isDeepStrictEqual(was[name], is[name]));
  return keptOf(
    Object.fromEntries(different.map((name) => [name, { from: was[name], to: is[name] }])),
    (name, change) => {
      const { from, to } = change as { from: unknown; to: unknown };
      return { from: keptValue(name, from), to: keptValue(name, to) };
    },
  );
}
