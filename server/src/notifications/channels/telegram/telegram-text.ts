import type { Message } from '../channel-sender.js';
import { fitting } from '../fitting.js';

/** Telegram counts what is left when entities are read; ours is never longer than what we write. */
const LONGEST_TEXT = 4_096;
const SIGNS = { critical: '🔴', warning: '🟠', info: '🔵' } as const;

/** https://core.telegram.org/bots/api#html-style */
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Title in bold, a line for each incident; lines that do not fit are left out whole, so that no tag is cut. */
export function telegramText({ state, severity, title, lines }: Message): string {
  const sign = state === 'resolved' ? '✅' : state === 'acknowledged' ? '👀' : SIGNS[severity];
  const bold = `${sign} <b>${unlinked(escaped(title))}</b>`;
  return fitting([bold, ...lines.map((line) => unlinked(escaped(line)))], LONGEST_TEXT);
}

/** A zero-width joiner of words behind what Telegram would make a mention, a command or a tag of. */
const unlinked = (text: string): string =>
  text.replace(/(^|[^\p{L}\p{N}&])([@/#])(?=[\p{L}\p{N}_])/gu, '$1$2\u2060');
