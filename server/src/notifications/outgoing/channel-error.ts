/** Nobody may keep us away for longer, in ms. */
const LONGEST_WAIT_MS = 3_600_000;

/** A message was not taken. */
export class ChannelError extends Error {
  /** Trying again will not help: somebody has to mend something. */
  readonly permanent: boolean;
  /** The other side wants to be left alone for so long, in ms. */
  readonly retryAfterMs?: number;

  constructor(message: string, about: { permanent: boolean; retryAfterMs?: number }) {
    super(message);
    this.name = 'ChannelError';
    this.permanent = about.permanent;
    if (about.retryAfterMs !== undefined) this.retryAfterMs = Math.min(about.retryAfterMs, LONGEST_WAIT_MS);
  }
}

/** The message is not there any more that was to be changed. */
export class MessageGone extends ChannelError {
  constructor(message: string) {
    super(message, { permanent: true });
    this.name = 'MessageGone';
  }
}
