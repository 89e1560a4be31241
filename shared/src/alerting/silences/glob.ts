/**
 * The test for a pattern of names: `*` stands for any run of characters, also none, `?` for one character, and `\`
 * takes the next one as it is. A pattern without any of these is that name alone. Libraries for globs treat `/` as
 * the end of a part, which in a mount point it is not.
 */
export function glob(pattern: string): (name: string) => boolean {
  const tokens = tokensOf(pattern);
  if (tokens.every((token) => typeof token === 'string')) {
    const exact = tokens.join('');
    return (name) => name === exact;
  }
  return (name) => fits(tokens, [...name]);
}

/** The pattern that only this name fits. */
export const literally = (name: string): string => name.replace(/[*?\\]/g, '\\$&');

const RUN = Symbol('any run of characters');
const ONE = Symbol('one character');
type Token = string | typeof RUN | typeof ONE;

function tokensOf(pattern: string): Token[] {
  const characters = [...pattern];
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i]!;
    if (character === '*') tokens.push(RUN);
    else if (character === '?') tokens.push(ONE);
    else if (character === '\\' && i + 1 < characters.length) tokens.push(characters[++i]!);
    else tokens.push(character);
  }
  return tokens;
}

/** Only the last run has to be made longer when what follows does not fit, so no pattern takes for ever. */
function fits(tokens: readonly Token[], name: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let run = -1;
  let runEnd = 0;
  while (at < name.length) {
    if (tokens[token] === RUN) {
      run = token++;
      runEnd = at;
    } else if (token < tokens.length && (tokens[token] === ONE || tokens[token] === name[at])) {
      token += 1;
      at += 1;
    } else if (run >= 0) {
      token = run + 1;
      at = ++runEnd;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === RUN);
}
