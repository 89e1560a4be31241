const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A time in which clocks of a zone are so far ahead of UTC, in ms. */
interface Piece {
  from: number;
  to: number;
  ahead: number;
}

/**
 * The clocks of a zone from one time to another, read off `Intl` minute by minute where they change. It knows nothing
 * of the library that the code uses, so that one may be held against the other.
 */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #pieces: Piece[] = [];

  constructor(timeZone: string, from: number, to: number) {
    this.#format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    let piece: Piece = { from, to, ahead: this.#read(from) };
    for (let t = from + HOUR; t < to; t += HOUR) {
      if (this.#read(t) === piece.ahead) continue;
      let change = t - HOUR + MINUTE;
      while (this.#read(change) === piece.ahead) change += MINUTE;
      this.#pieces.push({ ...piece, to: change });
      piece = { from: change, to, ahead: this.#read(change) };
    }
    this.#pieces.push(piece);
  }

  /** When they are set, UTC ms. */
  get changes(): number[] {
    return this.#pieces.slice(1).map(({ from }) => from);
  }

  /** What they show, as UTC ms of a clock in Greenwich that shows the same. */
  shown(t: number): number {
    return t + this.#pieces.find(({ to }) => t < to)!.ahead;
  }

  /** The first time at which they show that or more. */
  first(shown: number): number {
    for (const { from, to, ahead } of this.#pieces) {
      const t = Math.max(from, shown - ahead);
      if (t < to) return t;
    }
    throw new Error('that is behind the times which this clock was read for');
  }

  #read(t: number): number {
    return Date.parse(`${this.#format.format(t).replace(' ', 'T')}Z`) - Math.floor(t / 1_000) * 1_000;
  }
}

/** Zones of every kind: an hour in the north, half an hour in the south, none at odd minutes, a day left out. */
export const ZONES = [
  ['Europe/Berlin', 2026],
  ['America/New_York', 2026],
  ['Australia/Lord_Howe', 2026],
  ['Asia/Kathmandu', 2026],
  ['Pacific/Apia', 2026],
  ['Pacific/Apia', 2011],
  ['Antarctica/Troll', 2026],
] as const;

/** The clocks of a zone around a year. */
export const clockOf = (timeZone: string, year: number): WallClock =>
  new WallClock(timeZone, Date.UTC(year - 1, 11, 1), Date.UTC(year + 1, 1, 1));
