import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '@tocsin/shared';
import { Config } from '../../../config/config.js';
import { ChannelError, MessageGone } from '../../outgoing/channel-error.js';
import { Outgoing } from '../../outgoing/outgoing.js';
import type { ChannelSender, Message } from '../channel-sender.js';
import { telegramText } from './telegram-text.js';

/** https://core.telegram.org/bots/api#making-requests */
interface BotAnswer {
  ok?: boolean;
  result?: { message_id?: unknown };
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A chat that a bot writes into. The message is changed as its incidents change. */
@Injectable()
export class Telegram implements ChannelSender<'telegram'> {
  readonly kind = 'telegram';
  /** Telegram wants no more than about one a second in a chat, and 20 a minute in a group. */
  readonly pace = { concurrency: 1, limit: { messages: 20, perMs: 60_000 } };
  readonly #api: string;

  constructor(
    private readonly outgoing: Outgoing,
    { telegramApi }: Config,
  ) {
    this.#api = telegramApi;
  }

  async send(message: Message, settings: ChannelSettings<'telegram'>): Promise<string | undefined> {
    const { chatId, threadId } = settings;
    const answer = await this.#call('sendMessage', settings, {
      chat_id: chatId,
      ...(threadId !== undefined && { message_thread_id: threadId }),
      // What is not urgent makes no sound.
      disable_notification: message.state !== 'firing' || message.severity === 'info',
      ...bodyOf(message),
    });
    const id = answer.result?.message_id;
    // A message of that number in another chat is another message.
    return typeof id === 'number' ? `${chatId} ${id}` : undefined;
  }

  async edit(receipt: string, message: Message, settings: ChannelSettings<'telegram'>): Promise<void> {
    const [chatId, id] = receipt.split(' ');
    if (chatId !== settings.chatId) throw new MessageGone('It is in another chat.');
    const about = { chat_id: chatId, message_id: Number(id) };
    try {
      await this.#call('editMessageText', settings, { ...about, ...bodyOf(message) });
    } catch (error) {
      if (!(error instanceof AlreadySo)) throw error;
    }
  }

  async #call(
    method: string,
    settings: ChannelSettings<'telegram'>,
    body: object,
    isFirst = true,
  ): Promise<BotAnswer> {
    const { token } = settings;
    if (token === undefined) throw new ChannelError('It has no bot token.', { permanent: true });
    const answer = await this.outgoing.ask(`${this.#api}/bot${token}/${method}`, {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const said = (answer.json() ?? {}) as BotAnswer;
    if (answer.status === 200 && said.ok === true) return said;
    const moved = said.parameters?.migrate_to_chat_id;
    // A group that got topics has another number since; its messages stayed behind.
    if (moved !== undefined && method === 'sendMessage' && isFirst) {
      return this.#call(method, settings, { ...body, chat_id: moved }, false);
    }
    throw errorOf(answer.status, said);
  }
}

function errorOf(status: number, { description = '', parameters }: BotAnswer): ChannelError {
  if (description.includes('message is not modified')) return new AlreadySo();
  if (/message (to edit not found|can't be edited|to be replied not found)/.test(description)) {
    return new MessageGone(description);
  }
  const wait = parameters?.retry_after;
  // Garbage in place of an answer is as good as none.
  const temporary = status === 429 || status >= 500 || status === 200;
  return new ChannelError(`Telegram answered ${status}${description && `: ${description.slice(0, 200)}`}`, {
    permanent: !temporary,
    ...(typeof wait === 'number' && { retryAfterMs: wait * 1000 }),
  });
}

/** The message says that already. */
class AlreadySo extends ChannelError {
  constructor() {
    super('It is so already.', { permanent: true });
  }
}

const bodyOf = (message: Message) => ({
  text: telegramText(message),
  parse_mode: 'HTML',
  link_preview_options: { is_disabled: true },
  reply_markup: { inline_keyboard: [[{ text: 'Open', url: message.url }]] },
});
