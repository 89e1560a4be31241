import type { LogLine } from './log-line.js';

/** A place in a file: the file is known by how it begins, since names and numbers of files change hands. */
export interface FilePlace {
  inode: number;
  /** Bytes up to the end of the last line that was read. */
  offset: number;
  /** Of the first `headBytes` bytes of the file. */
  head: string;
  headBytes: number;
}

/** Up to where a log was read; enough to go on there after a restart. */
export type LogPlace =
  | { log: 'journal'; cursor?: string; t: number }
  /** Two places for a while after a rotation, the older file first. */
  | { log: 'file'; path: string; places: FilePlace[] };

/** Somewhere that messages of sshd come from. Each is handed over once. */
export interface LogSource {
  /**
   * Reads what is there, or looks after whatever reads by itself.
   *
   * @param now monotonic ms
   * @returns what settles when there is nothing more, and does not reject; nothing where there is no need
   */
  read(now: number): Promise<void> | void;
  /** Up to where lines were handed over. Nothing where there is no log yet. */
  readonly place: LogPlace | undefined;
  /** Why nothing comes, in words for the person who can mend it. */
  readonly problem: string | undefined;
  close(): void;
}

export type TakeLine = (line: LogLine) => void;
