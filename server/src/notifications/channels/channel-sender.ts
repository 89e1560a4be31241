import type { ChannelKind, ChannelSettings, MessageItem, MessageText } from '@tocsin/shared';

/** What is to be told, ready to be put into a channel's own form. */
export interface Message extends MessageText {
  /** The same each time that this message is tried: who knows it already has got it. */
  id: string;
  /** What it is about; empty in a test. */
  items: readonly MessageItem[];
  /** Where a person sees more and can act. */
  url: string;
  /** UTC ms of this try. */
  now: number;
}

/** How fast a channel may be told. */
export interface Pace {
  /** Messages on their way at the same time, to different recipients of the channel. */
  concurrency: number;
  /** At most so many messages within so many ms. */
  limit?: { messages: number; perMs: number };
  /** What asks to wait, waits alone: the others on the same lane are of other people. */
  waitsAlone?: true;
}

/**
 * A service that takes messages. One that cannot take it throws a ChannelError; anything else that is thrown
 * counts as temporary.
 */
export interface ChannelSender<Kind extends ChannelKind = ChannelKind> {
  readonly kind: Kind;
  readonly pace: Pace;
  /** @returns what is needed to change the message later, where the service lets us */
  send(message: Message, settings: ChannelSettings<Kind>): Promise<string | undefined>;
  /**
   * Makes a message say what is true now.
   * @throws MessageGone when it is not there any more
   */
  edit?(receipt: string, message: Message, settings: ChannelSettings<Kind>): Promise<void>;
}
