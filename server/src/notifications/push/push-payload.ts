import { createHash } from 'node:crypto';
import type { PushPayload } from '@tocsin/shared';
import type { Message } from '../channels/channel-sender.js';

/** Bytes of a payload that every push service takes: Apple and others have about 4 kB for what is sealed. */
const LONGEST = 3_000;

/** What names a message on a device: an update with the same name takes its place. */
export const tagOf = ({ items, id }: Message): string =>
  items.length === 1 ? `incident-${items[0]!.incident.id}` : `message-${id}`;

/** At most 32 characters of base64url (RFC 8030 section 5.4): a phone that was off gets only the newest of a topic. */
export const topicOf = (tag: string): string =>
  createHash('sha256').update(tag).digest('base64url').slice(0, 32);

/**
 * @param badge how many incidents are open that nobody has acknowledged
 * @param ack acknowledges them
 */
export function pushPayload(
  message: Message,
  tag: string,
  badge: number,
  ack: string | undefined,
): PushPayload {
  const { state, severity, title, lines, url } = message;
  const payload = (body: string): PushPayload => ({
    web_push: 8030,
    mutable: true,
    notification: {
      ...{ title, body, navigate: url, tag },
      // Whoever hears that something is over need not hear a sound.
      silent: state !== 'firing' || severity === 'info',
      app_badge: String(badge),
    },
    tocsin: { state, severity, ...(ack !== undefined && { ack }) },
  });
  let shown = lines.length;
  for (; shown > 1; shown -= 1) {
    const whole = payload(bodyOf(lines, shown));
    if (Buffer.byteLength(JSON.stringify(whole)) <= LONGEST) return whole;
  }
  return payload(bodyOf(lines, shown));
}

const bodyOf = (lines: readonly string[], shown: number): string =>
  shown === lines.length ? lines.join('\n') : `${lines.slice(0, shown).join('\n')}\n…`;
