/**
 * Control characters, line ends among them, and what turns the direction of text round or cannot be seen: with
 * these the name of a host could pretend to be a second line, or read otherwise than it is written. By Unicode's
 * own classes: Cc, Cf (format), Zl, Zp, Cs (half a character).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Longest piece of text of a host that a message shows, in characters. */
export const LONGEST_PIECE = 80;

/**
 * Text that came from a host or was typed, as one line for a message: nothing unseen in it, and shortened. Each
 * channel escapes what means something to it.
 */
export function plainText(text: string, longest = LONGEST_PIECE): string {
  // Enough of it that nothing of what is shown can be missing; a text may be megabytes long.
  const begin = text.slice(0, longest * 8).replace(UNSEEN, ' ');
  // Nearly everything that shows text makes a link of an address; a host's name must not send people anywhere.
  const line = begin.replaceAll('://', ': //').replace(/\s+/gu, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= longest) return line;
  return `${characters.slice(0, longest - 1).join('')}…`;
}
