import { quietFor, type QuietHours } from '@tocsin/shared';
import type { NewNotification } from '../outbox/outbox.js';

/** The messages, with those to people in their quiet hours put off until these end. */
export const putOff = (
  messages: readonly NewNotification[],
  quietHours: ReadonlyMap<string, QuietHours>,
  now: number,
): NewNotification[] =>
  messages.map((message) => {
    const [kind, id] = message.recipient.split(':') as [string, string];
    if (kind !== 'user') return message;
    const severities = message.items.map(({ severity }) => severity);
    const notBefore = quietFor(quietHours.get(id), severities, now);
    return notBefore === undefined ? message : { ...message, notBefore };
  });
