import Type from 'typebox';
import { type Check, checkFor, type Fault } from '../validation.js';

const strict = { additionalProperties: false } as const;
/** Without a name and a password in it: these would be shown, and are not sent. */
const WebAddress = Type.String({ pattern: '^https?://[^\\s/?#@]+([/?#][^\\s]*)?$', maxLength: 2_000 });
const ServerAddress = Type.String({ pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$', maxLength: 500 });
const Secret = Type.String({ minLength: 1, maxLength: 500, pattern: '^[\\x21-\\x7e]+$' });

/** Where an organisation can be told beside its people: services that take messages. */
export const CHANNEL_KINDS = ['telegram', 'discord', 'slack', 'ntfy', 'webhook'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Whom a Discord message of a critical incident mentions. What comes from hosts never mentions anybody. */
export const DiscordMention = Type.Union([
  Type.Literal('everyone'),
  Type.Literal('here'),
  Type.String({ pattern: '^(role|user):[0-9]{15,21}$' }),
]);

const TelegramSettings = Type.Object(
  {
    /** From @BotFather. */
    token: Type.Optional(Type.String({ pattern: '^[0-9]{5,20}:[A-Za-z0-9_-]{30,60}$' })),
    /** A person, a group or a channel: a number, or `@name` of what is public. */
    chatId: Type.String({ pattern: '^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,40})$' }),
    /** A topic of a group that has topics. */
    threadId: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
);

const DiscordSettings = Type.Object(
  { url: Type.Optional(WebAddress), mention: Type.Optional(DiscordMention) },
  strict,
);

const SlackSettings = Type.Object({ url: Type.Optional(WebAddress) }, strict);

const NtfySettings = Type.Object(
  {
    /** Of the server, without the topic. */
    url: ServerAddress,
    /** Secret: on a public server whoever knows it can read along. */
    topic: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })),
    token: Type.Optional(Secret),
  },
  strict,
);

/** `tocsin`: our own form. `alertmanager`: what Prometheus' Alertmanager sends to a webhook. */
export const WEBHOOK_FORMATS = ['tocsin', 'alertmanager'] as const;
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number];

const WebhookSettings = Type.Object(
  {
    url: Type.Optional(WebAddress),
    format: Type.Optional(Type.Enum(WEBHOOK_FORMATS)),
    /** Signs each request; left out: requests are not signed. */
    secret: Type.Optional(Type.String({ minLength: 16, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' })),
  },
  strict,
);

const SETTINGS = {
  telegram: TelegramSettings,
  discord: DiscordSettings,
  slack: SlackSettings,
  ntfy: NtfySettings,
  webhook: WebhookSettings,
} as const satisfies Record<ChannelKind, Type.TObject>;

export type ChannelSettings<Kind extends ChannelKind = ChannelKind> = Type.Static<(typeof SETTINGS)[Kind]>;

/**
 * `POST /api/v1/channels` and `PUT /api/v1/channels/:id`; what the settings have to be depends on the kind, see
 * `channelFault`. What is secret may be left out of a change: it stays as it is. Nobody reads it back.
 */
export const ChannelInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    enabled: Type.Boolean(),
    kind: Type.Enum(CHANNEL_KINDS),
    settings: Type.Object({}),
  },
  strict,
);
export type ChannelInput = {
  [Kind in ChannelKind]: { name: string; enabled: boolean; kind: Kind; settings: ChannelSettings<Kind> };
}[ChannelKind];

/** What people are told where a pattern would be of no help. */
const WORDS: Record<string, string> = {
  token: 'is not one that this service hands out',
  chatId: 'must be a number such as -1001234567890, or @name',
  url: 'must begin with https:// or http://, without spaces, and without a name and password',
  mention: 'must be everyone, here, role:… or user:… with a number of Discord',
  topic: 'may have letters, digits, _ and -, 64 at most',
  secret: 'must have 16 to 200 characters without spaces',
};

const checks = new Map<ChannelKind, Check<unknown>>();

/** Why the settings of a channel are none of its kind, or nothing. */
export function channelFault({
  kind,
  settings,
}: Pick<ChannelInput, 'kind'> & { settings: object }): Fault | undefined {
  let check = checks.get(kind);
  if (check === undefined) checks.set(kind, (check = checkFor(SETTINGS[kind]) as Check<unknown>));
  if (check.accepts(settings)) return undefined;
  const { field, message } = check.fault(settings);
  const isKnown = /^(must (match|have|be)|should)/.test(message);
  return { field: `/settings${field}`, message: (isKnown && WORDS[field.slice(1)]) || message };
}

/** Settings that are written and never read back, and which of them a channel cannot do without. */
export const CHANNEL_SECRETS = {
  telegram: { token: 'needed' },
  discord: { url: 'needed' },
  slack: { url: 'needed' },
  ntfy: { topic: 'needed', token: 'optional' },
  webhook: { url: 'needed', secret: 'optional' },
} as const satisfies {
  [Kind in ChannelKind]: Partial<Record<keyof ChannelSettings<Kind>, 'needed' | 'optional'>>;
};

/** How a channel's last messages fared. Times are UTC ms. */
export interface ChannelHealth {
  /** When it took the last one. */
  sentAt?: number;
  /** Since then it has not taken one: when it last did not, and why. */
  failedAt?: number;
  error?: string;
}

/** A channel as people see it: without what is secret. */
export interface Channel {
  id: string;
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  settings: Record<string, string | number>;
  /** Names of the secret settings that it has. */
  secrets: readonly string[];
  health: ChannelHealth;
}

/** `POST /api/v1/channels/:id/test`: what became of the message. */
export interface ChannelTest {
  sent: boolean;
  /** Why not, in words of the one who has to mend it. */
  error?: string;
}

/** Organisations that need more have a reason to talk to us. */
export const MAX_CHANNELS = 50;
