/** Characters that a host's name may have. */
const LONGEST = 100;

/** A name as it is, or with the first number behind it that makes it free: `web`, `web-2`, `web-3`. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let number = 2; ; number += 1) {
    const end = `-${number}`;
    const numbered = cut(name, LONGEST - end.length).trimEnd() + end;
    if (!isTaken(numbered)) return numbered;
  }
}

/** Never within a character that takes two places. */
function cut(name: string, length: number): string {
  let kept = '';
  for (const character of name) {
    if (kept.length + character.length > length) break;
    kept += character;
  }
  return kept;
}
