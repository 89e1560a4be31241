/** Longest user name that a frame may hold. */
const LENGTH = 64;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/**
 * A user name as it may be shown: whoever knocks chooses it, so nothing in it may move a cursor, turn the
 * direction of the text or be endless. sshd itself cuts names at 100 characters.
 */
export function toUserName(text: string): string {
  const visible = text.slice(0, 4 * LENGTH).replace(INVISIBLE, '');
  if (visible.trim() === '') return '(empty)';
  // Not in the middle of a character that takes two units.
  return visible.slice(0, LENGTH).replace(/[\uD800-\uDBFF]$/, '');
}
