import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '@tocsin/shared';
import { ChannelError, MessageGone } from '../../outgoing/channel-error.js';
import { type Answer, Outgoing, refused } from '../../outgoing/outgoing.js';
import type { ChannelSender, Message } from '../channel-sender.js';
import { discordBody } from './discord-body.js';

/** What Discord says of a webhook or message that it does not know. */
const UNKNOWN_MESSAGE = 10_008;

/**
 * A webhook of a Discord channel. The message is changed as its incidents change.
 * Source: https://discord.com/developers/docs/resources/webhook
 */
@Injectable()
export class Discord implements ChannelSender<'discord'> {
  readonly kind = 'discord';
  /** Discord lets five through in two seconds and says so when it wants less. */
  readonly pace = { concurrency: 1, limit: { messages: 5, perMs: 2_000 } };

  constructor(private readonly outgoing: Outgoing) {}

  async send(message: Message, settings: ChannelSettings<'discord'>): Promise<string | undefined> {
    const url = addressOf(settings);
    // Else Discord answers before it knows whether the message is one, and without its id.
    url.searchParams.set('wait', 'true');
    const answer = await this.#ask(url, 'POST', discordBody(message, settings.mention));
    const { id } = (answer.json() ?? {}) as { id?: unknown };
    return typeof id === 'string' ? id : undefined;
  }

  async edit(receipt: string, message: Message, settings: ChannelSettings<'discord'>): Promise<void> {
    const url = addressOf(settings);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/messages/${encodeURIComponent(receipt)}`;
    await this.#ask(url, 'PATCH', discordBody(message, settings.mention));
  }

  async #ask(url: URL, method: 'POST' | 'PATCH', body: object): Promise<Answer> {
    const answer = await this.outgoing.ask(url.href, {
      method,
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'DiscordBot (Tocsin, 1)' },
      body: JSON.stringify(body),
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    const { code, retry_after: wait } = (answer.json() ?? {}) as { code?: unknown; retry_after?: unknown };
    if (code === UNKNOWN_MESSAGE) throw new MessageGone('The message is not there any more.');
    const error = refused(answer);
    // More exact than the header, which has whole seconds.
    if (answer.status !== 429 || typeof wait !== 'number') throw error;
    throw new ChannelError(error.message, { permanent: false, retryAfterMs: Math.ceil(wait * 1000) });
  }
}

function addressOf({ url }: ChannelSettings<'discord'>): URL {
  if (url === undefined || !URL.canParse(url)) {
    throw new ChannelError('It has no webhook address.', { permanent: true });
  }
  return new URL(url);
}
