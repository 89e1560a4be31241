import type { ChannelKind } from '@tocsin/shared';

/** One setting of a channel in its form. */
export interface ChannelField {
  name: string;
  label: string;
  hint?: string;
  /** It is written and never shown again. */
  secret?: true;
  required?: true;
  /** Whole numbers; else text. */
  number?: true;
  /** What can be chosen; the first is what holds when nothing is said. */
  options?: readonly { value: string; text: string }[];
}

export const KIND_NAMES: Record<ChannelKind, string> = {
  telegram: 'Telegram',
  discord: 'Discord',
  slack: 'Slack or Mattermost',
  ntfy: 'ntfy',
  webhook: 'Webhook',
};

/** What a channel of each kind has to be told, in the order in which people find it out. */
export const CHANNEL_FIELDS: Record<ChannelKind, readonly ChannelField[]> = {
  telegram: [
    {
      ...{ name: 'token', label: 'Bot token', secret: true, required: true },
      hint: 'Write to @BotFather in Telegram, /newbot, and paste what it gives you.',
    },
    {
      ...{ name: 'chatId', label: 'Chat', required: true },
      hint: 'A number such as -1001234567890, or @name of a public channel. The bot must be in it.',
    },
    { name: 'threadId', label: 'Topic', number: true, hint: 'Of a group that has topics. Empty: none.' },
  ],
  discord: [
    {
      ...{ name: 'url', label: 'Webhook address', secret: true, required: true },
      hint: 'In Discord: channel settings, Integrations, Webhooks, Copy Webhook URL.',
    },
    {
      ...{ name: 'mention', label: 'Mention of critical alerts' },
      hint: 'everyone, here, role:… or user:… with its number. Empty: nobody.',
    },
  ],
  slack: [
    {
      ...{ name: 'url', label: 'Webhook address', secret: true, required: true },
      hint: 'In Slack: your app, Incoming Webhooks. Mattermost and Rocket.Chat have the same.',
    },
  ],
  ntfy: [
    { name: 'url', label: 'Server', required: true, hint: 'https://ntfy.sh, or your own.' },
    {
      ...{ name: 'topic', label: 'Topic', secret: true, required: true },
      hint: 'On a public server whoever knows its name can read it: choose one that nobody guesses.',
    },
    { name: 'token', label: 'Access token', secret: true, hint: 'Only where the topic is protected.' },
  ],
  webhook: [
    { name: 'url', label: 'Address', secret: true, required: true, hint: 'It gets a POST with JSON.' },
    {
      ...{ name: 'format', label: 'Form' },
      options: [
        { value: '', text: 'Tocsin' },
        { value: 'alertmanager', text: 'Prometheus Alertmanager' },
      ],
    },
    {
      ...{ name: 'secret', label: 'Secret for the signature', secret: true },
      hint: 'At least 16 characters. With it you can check that a request comes from here.',
    },
  ],
};
