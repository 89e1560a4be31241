import Type from 'typebox';
import type { Severity } from '../alerting/rule.js';
import type { ChannelHealth } from './channel.js';
import type { MessageState } from './message-text.js';

const strict = { additionalProperties: false } as const;

/** `POST /api/v1/me/devices`: a browser's push subscription, and what to call the browser. */
export const NewDevice = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    endpoint: Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 1_000 }),
    keys: Type.Object(
      {
        /** Public key of the browser, 65 bytes as base64url. */
        p256dh: Type.String({ pattern: '^[A-Za-z0-9_-]{87}=?$' }),
        /** Secret that it shares with us, 16 bytes as base64url. */
        auth: Type.String({ pattern: '^[A-Za-z0-9_-]{22}(==)?$' }),
      },
      strict,
    ),
  },
  strict,
);
export type NewDevice = Type.Static<typeof NewDevice>;

/** A browser that takes push messages, as its owner sees it. Times are UTC ms. */
export interface Device {
  id: string;
  name: string;
  createdAt: number;
  /** When its app was last opened. */
  seenAt: number;
  health: ChannelHealth;
}

/** A person has no more of them: the one that was not opened for longest makes room. */
export const MAX_DEVICES = 20;

/** `GET /api/v1/push/key`: the public key that browsers subscribe with, base64url (RFC 8292). */
export interface PushKey {
  key: string;
}

/** `POST /api/v1/push/ack`: which incidents are acknowledged now, and which were over already. */
export interface PushAcknowledged {
  acknowledged: string[];
  over: string[];
}

/**
 * What is sealed for a browser: declarative for those that show it without our worker
 * (https://www.w3.org/TR/push-api/#declarative-push-message), and in `tocsin` what our worker makes more of.
 */
export interface PushPayload {
  web_push: 8030;
  /** Our worker may make more of it, where there is one. */
  mutable: true;
  notification: {
    title: string;
    body: string;
    navigate: string;
    tag: string;
    silent: boolean;
    /** Incidents that are open and that nobody has acknowledged. */
    app_badge: string;
  };
  tocsin: {
    state: MessageState;
    severity: Severity;
    /** Acknowledges what the message is about and does nothing else; left out where there is nothing to acknowledge. */
    ack?: string;
  };
}
