import { Injectable } from '@nestjs/common';
import type { ChannelKind } from '@tocsin/shared';
import type { ChannelSender } from './channel-sender.js';
import { Discord } from './discord/discord.js';
import { Ntfy } from './ntfy/ntfy.js';
import { Slack } from './slack/slack.js';
import { Telegram } from './telegram/telegram.js';
import { Webhook } from './webhook/webhook.js';

export const SENDERS = [Telegram, Discord, Slack, Ntfy, Webhook] as const;

/** The one who sends, by the kind of a channel. */
@Injectable()
export class Senders {
  readonly #byKind: { [Kind in ChannelKind]: ChannelSender<Kind> };

  constructor(telegram: Telegram, discord: Discord, slack: Slack, ntfy: Ntfy, webhook: Webhook) {
    this.#byKind = { telegram, discord, slack, ntfy, webhook };
  }

  /** Whoever asks has the settings of that kind. */
  of(kind: ChannelKind): ChannelSender {
    return this.#byKind[kind] as unknown as ChannelSender;
  }
}
