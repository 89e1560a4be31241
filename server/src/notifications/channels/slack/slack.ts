import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '@tocsin/shared';
import { ChannelError } from '../../outgoing/channel-error.js';
import { Outgoing } from '../../outgoing/outgoing.js';
import { fitting } from '../fitting.js';
import type { ChannelSender, Message } from '../channel-sender.js';

/** Slack's bound for the text of a section: https://docs.slack.dev/reference/block-kit/blocks/section-block */
const LONGEST_TEXT = 3_000;

/**
 * An incoming webhook of Slack, or of what speaks like it (Mattermost, Rocket.Chat). Slack lets nobody change what
 * came in this way, so each change is a message.
 * Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
@Injectable()
export class Slack implements ChannelSender<'slack'> {
  readonly kind = 'slack';
  /** "No more than one message per second", with short bursts. */
  readonly pace = { concurrency: 1, limit: { messages: 3, perMs: 3_000 } };

  constructor(private readonly outgoing: Outgoing) {}

  async send(message: Message, { url }: ChannelSettings<'slack'>): Promise<undefined> {
    if (url === undefined) throw new ChannelError('It has no webhook address.', { permanent: true });
    await this.outgoing.send(url, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(slackBody(message)),
    });
  }
}

const SIGNS = { critical: '🔴', warning: '🟠', info: '🔵' } as const;

/** Text of hosts stands in `plain_text` alone, where nothing means anything. */
export function slackBody({ state, severity, title, lines, url }: Message) {
  const sign = state === 'resolved' ? '✅' : state === 'acknowledged' ? '👀' : SIGNS[severity];
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  return {
    // What a notification of Slack shows; markup and mentions are those of `<…>` alone.
    text: `${sign} ${escaped(title)}`,
    blocks: [
      { type: 'header', text: plain(titleOf(`${sign} ${title}`)) },
      ...(lines.length > 0 ? [{ type: 'section', text: plain(fitting(lines, LONGEST_TEXT)) }] : []),
      { type: 'actions', elements: [{ type: 'button', text: plain('Open'), url }] },
    ],
  };
}

/** A header of Slack has 150 units at most. */
const titleOf = (text: string): string =>
  text.length <= 150 ? text : Array.from(text).slice(0, 70).join('');

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
