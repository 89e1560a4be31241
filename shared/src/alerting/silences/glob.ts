/**
 * The test for a pattern of names: `*` stands for any run of characters, also none, `?` for one character, and `\`
 * takes the next one as it is. A pattern without any of these is that name alone. Libraries for globs treat `/` as
 * the end of a part, which in a mount point it is not, or make regular expressions that can be kept busy for ever.
 */
export function glob(pattern: string): (name: string) => boolean {
  const [first = [], ...others] = partsOf(pattern);
  const last = others.pop();
  if (last === undefined) return (name) => endOf(first, name, 0) === name.length;
  return (name) => {
    // Between two runs the first place that fits is as good as any later one.
    let at = endOf(first, name, 0);
    for (const part of others) if (at >= 0) at = find(part, name, at);
    return at >= 0 && find(last, name, at, true) >= 0;
  };
}

/** The pattern that only this name fits. */
export const literally = (name: string): string => name.replace(/[*?\\]/g, '\\$&');

/** How many `*` and `?` stand for something in it. */
export const wildcardsIn = (pattern: string): number =>
  pattern.replace(/\\[^]/g, '').replace(/[^*?]/g, '').length;

const ONE = Symbol('one character');
/** Text, and between it single characters of any kind. */
type Part = readonly (string | typeof ONE)[];

/** What stands between the runs: one more than there are runs. */
function partsOf(pattern: string): Part[] {
  const parts: (string | typeof ONE)[][] = [[]];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i += 1) {
    const part = parts.at(-1)!;
    const character = characters[i]!;
    if (character === '*') parts.push([]);
    else if (character === '?') part.push(ONE);
    else {
      const escaped = character === '\\' && i + 1 < characters.length;
      const text = escaped ? characters[++i]! : character;
      if (typeof part.at(-1) === 'string') part[part.length - 1] = (part.at(-1) as string) + text;
      else part.push(text);
    }
  }
  return parts;
}

/** Where the part ends that begins there; -1 when it does not. */
function endOf(part: Part, name: string, from: number): number {
  let at = from;
  for (const piece of part) {
    if (typeof piece === 'string') {
      if (!name.startsWith(piece, at)) return -1;
      at += piece.length;
    } else {
      if (at >= name.length) return -1;
      at += widthAt(name, at);
    }
  }
  return at;
}

/** Where the part ends whose first place is from there on; `toEnd`: whose place is the end of the name. */
function find(part: Part, name: string, from: number, toEnd = false): number {
  const [piece = ''] = part;
  if (part.length < 2 && typeof piece === 'string') {
    if (toEnd) return name.length - piece.length >= from && name.endsWith(piece) ? name.length : -1;
    const found = name.indexOf(piece, from);
    return found < 0 ? -1 : found + piece.length;
  }
  for (let at = from; at < name.length; at += widthAt(name, at)) {
    const end = endOf(part, name, at);
    if (end >= 0 && (!toEnd || end === name.length)) return end;
  }
  return -1;
}

/** Some characters take two places in a string. */
const widthAt = (name: string, at: number): number => (name.codePointAt(at)! > 0xffff ? 2 : 1);
