import type { Severity } from '@tocsin/shared';
import type { Message } from '../channels/channel-sender.js';

/** One way to somebody, ready to be used: a channel with its settings, or a device. */
export interface Way {
  /** @returns what is needed to change the message later, where that is possible */
  send(message: Message): Promise<string | undefined>;
  /** @throws MessageGone when the message is not there any more */
  edit?(receipt: string, message: Message): Promise<void>;
  /** Its owner wants to be left alone until then (UTC ms); undefined when not now. */
  quietUntil?(severities: readonly Severity[], now: number): Promise<number | undefined>;
  /** Keeps what became of a message, for whoever looks at the way. */
  note(at: Date, error?: string): Promise<void>;
}
