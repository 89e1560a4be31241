import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '@tocsin/shared';
import { ChannelError } from '../../outgoing/channel-error.js';
import { Outgoing } from '../../outgoing/outgoing.js';
import type { ChannelSender, Message } from '../channel-sender.js';

/** Emoji names that ntfy shows before the title: https://docs.ntfy.sh/emojis */
const SIGNS = { critical: 'rotating_light', warning: 'warning', info: 'information_source' } as const;
/** 3 is what everything has, 5 rings through. */
const PRIORITIES = { critical: 5, warning: 4, info: 3 } as const;
const CALM = 2;

/** A topic of ntfy.sh or of one's own server. Source: https://docs.ntfy.sh/publish/#publish-as-json */
@Injectable()
export class Ntfy implements ChannelSender<'ntfy'> {
  readonly kind = 'ntfy';
  /** ntfy.sh gives back a request each five seconds, with a store of 60. */
  readonly pace = { concurrency: 1, limit: { messages: 30, perMs: 60_000 } };

  constructor(private readonly outgoing: Outgoing) {}

  async send(message: Message, { url, topic, token }: ChannelSettings<'ntfy'>): Promise<undefined> {
    if (topic === undefined) throw new ChannelError('It has no topic.', { permanent: true });
    await this.outgoing.send(url, {
      headers: {
        'Content-Type': 'application/json',
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(ntfyBody(message, topic)),
    });
  }
}

export function ntfyBody({ state, severity, title, lines, url }: Message, topic: string) {
  const firing = state === 'firing';
  const sign = state === 'resolved' ? 'white_check_mark' : firing ? SIGNS[severity] : 'eyes';
  return {
    topic,
    title,
    message: lines.join('\n') || title,
    priority: firing ? PRIORITIES[severity] : CALM,
    tags: [sign],
    click: url,
    actions: [{ action: 'view', label: 'Open', url }],
  };
}
