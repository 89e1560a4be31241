import type { ChannelSettings, Severity } from '@tocsin/shared';
import type { Message } from '../channel-sender.js';
import { fitting } from '../fitting.js';

/** Discord's own bounds: https://discord.com/developers/docs/resources/message#embed-object-embed-limits */
const LONGEST_TITLE = 256;
const LONGEST_TEXT = 4_096;

const COLOURS: Record<Severity, number> = { critical: 0xd92d20, warning: 0xf79009, info: 0x2e90fa };
const RESOLVED = 0x12b76a;
const ACKNOWLEDGED = 0x98a2b3;

type Mention = ChannelSettings<'discord'>['mention'];

/** One embed. Only what the channel's settings say is mentioned, and only while something critical is open. */
export function discordBody(message: Message, mention: Mention) {
  const { state, severity, title, lines, url, now } = message;
  const colour =
    state === 'resolved' ? RESOLVED : state === 'acknowledged' ? ACKNOWLEDGED : COLOURS[severity];
  const mentions = state === 'firing' && severity === 'critical' ? mention : undefined;
  return {
    content: mentions === undefined ? '' : contentOf(mentions),
    embeds: [
      {
        title: titleOf(title),
        url,
        color: colour,
        description: fitting(lines.map(escaped), LONGEST_TEXT),
        timestamp: new Date(now).toISOString(),
      },
    ],
    allowed_mentions: mentions === undefined ? { parse: [] } : allowed(mentions),
  };
}

/** Escapes can make a title twice as long. */
function titleOf(title: string): string {
  const whole = escaped(title);
  return whole.length <= LONGEST_TITLE ? whole : escaped(Array.from(title).slice(0, 60).join(''));
}

/** Discord's markdown and links lose their meaning. Mentions have none, by `allowed_mentions`. */
const escaped = (text: string): string => text.replace(/[\\*_~`|<>[\]#]/g, '\\$&');

function contentOf(mention: NonNullable<Mention>): string {
  const [kind, id] = mention.split(':');
  if (id === undefined) return `@${kind}`;
  return kind === 'role' ? `<@&${id}>` : `<@${id}>`;
}

function allowed(mention: NonNullable<Mention>) {
  const [kind, id] = mention.split(':');
  if (id === undefined) return { parse: ['everyone'] };
  return kind === 'role' ? { roles: [id] } : { users: [id] };
}
