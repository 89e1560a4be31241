import type { Connection } from 'mongoose';

/** Up to where a migration has come: whatever it needs to go on from there. MongoDB can store it. */
export type Cursor = Readonly<Record<string, unknown>>;

export interface MigrationContext {
  readonly connection: Connection;
  /** What the batch before left; undefined for the first one. */
  readonly cursor: Cursor | undefined;
  /** UTC ms. */
  readonly now: number;
}

/** What a batch left to the next one. */
export interface Batch {
  readonly cursor: Cursor;
  /** How many things this batch has done, for those who watch. */
  readonly done: number;
}

/** One change to data that an earlier version of Tocsin left. Once released it is never changed or removed. */
export interface Migration {
  /** `001-what-it-does`; its number is its place. */
  readonly id: string;
  /** For the one who reads the log: why it is needed. */
  readonly why: string;
  /**
   * Does one batch, in seconds and not minutes, durable when it returns. It may be given the same cursor
   * again, also while another hub does the same batch, and must then come to the same.
   * @returns undefined when there is nothing left to do
   */
  up(context: MigrationContext): Promise<Batch | undefined>;
}
