import { setTimeout as wait } from 'node:timers/promises';
import { type Connection, mongo } from 'mongoose';
import { storedAlready } from './duplicates-only.js';
import { nativeCollection } from './native-collection.js';
import { JournalBlock, type JournalFrame, readJournalBlock } from './packing/journal-block.js';

type ObjectId = mongo.ObjectId;
const { Binary, ObjectId } = mongo;

/** A block this large, in bytes, is closed and another begun: MongoDB takes documents up to 16 MB. */
const BLOCK_BYTES = 4 * 2 ** 20;
/** Frames that wait for MongoDB may take this much memory, in bytes; then no more are taken. */
export const WAITING_BYTES = 64 * 2 ** 20;
const RETRY_FIRST_MS = 100;
const RETRY_AT_MOST_MS = 5_000;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** A document of the collection `journal`: frames of all hosts that came within one interval. */
interface JournalDocument {
  _id: ObjectId;
  block: mongo.Binary;
}

/** Frames that become durable together, and who waits for that. Groups are numbered in order. */
class Group {
  readonly blocks: JournalBlock[] = [];
  readonly waiting: (() => void)[] = [];
  /** When its first frame came, in UTC ms. */
  since?: number;

  constructor(readonly number: number) {}

  get bytes(): number {
    return this.blocks.reduce((sum, block) => sum + block.size, 0);
  }

  add(frame: JournalFrame): void {
    let block = this.blocks.at(-1);
    if (block === undefined || block.size >= BLOCK_BYTES) this.blocks.push((block = new JournalBlock()));
    block.add(frame);
  }
}

/**
 * Makes frames durable before their minute is over: all that came since the last commit goes to MongoDB
 * in one write (group commit). Whoever handed a frame in hears when it is safe, and never before. When
 * the minutes are written the journal lets go of the frames; after a crash it gives them back.
 */
export class Journal {
  #group = new Group(1);
  #committing?: Promise<void>;
  #committingBytes = 0;
  #committingSince?: number;
  #entries: { group: number; id: ObjectId }[] = [];
  #closing = false;
  readonly #collection: mongo.Collection<JournalDocument>;
  readonly #consequences: (() => Promise<void>)[] = [];

  constructor(
    connection: Connection,
    private readonly logger: { warn: (message: string) => void; error: (message: string) => void },
  ) {
    this.#collection = nativeCollection(connection, 'journal');
  }

  /**
   * What frames have caused counts as part of them: they are durable when that is, too.
   * @param written resolves when all that was caused until it is called is on disk; fails when it never will be
   */
  alsoDurable(written: () => Promise<void>): void {
    this.#consequences.push(written);
  }

  /** MongoDB has been slow or away for so long that no further frame can be held. */
  get full(): boolean {
    return this.#committingBytes + this.#group.bytes >= WAITING_BYTES;
  }

  /** Since when the oldest frame waits to become durable, in UTC ms; undefined when none does. */
  get waitingSince(): number | undefined {
    return this.#committingSince ?? this.#group.since;
  }

  /** The number of the group that the frame went into. */
  append(frame: JournalFrame, onDurable: () => void, now: number): number {
    this.#group.add(frame);
    this.#group.since ??= now;
    this.#group.waiting.push(onDurable);
    return this.#group.number;
  }

  /** Calls back when everything that was appended before is durable. */
  after(onDurable: () => void): void {
    this.#group.waiting.push(onDurable);
  }

  /** Makes durable what was appended. Only one commit is under way at a time, so groups keep their order. */
  commit(): Promise<void> {
    this.#committing ??= this.#commit().finally(() => (this.#committing = undefined));
    return this.#committing;
  }

  /** Makes durable all that was appended until now, also what a commit under way does not hold. */
  async drain(): Promise<void> {
    await this.#committing;
    await this.commit();
  }

  /**
   * Drains, and from now on gives up where it would have tried again.
   * @throws when MongoDB does not take the frames; none of those was acknowledged
   */
  async close(): Promise<void> {
    this.#closing = true;
    await this.drain();
  }

  /** Everything before this group is in written minutes: the journal need not keep it. */
  async release(group: number): Promise<void> {
    const done = this.#entries.filter((entry) => entry.group < group);
    if (done.length === 0) return;
    await this.#collection.deleteMany({ _id: { $in: done.map(({ id }) => id) } });
    this.#entries = this.#entries.filter((entry) => entry.group >= group);
  }

  /** What an earlier start of the hub left, oldest first. To be called once, before the first `append`. */
  async replay(each: (frame: JournalFrame, group: number) => void): Promise<void> {
    for await (const { _id, block } of this.#collection.find().sort({ _id: 1 })) {
      try {
        for (const frame of readJournalBlock(block.value())) each(frame, this.#group.number);
      } catch (error) {
        this.logger.error(`Journal entry ${_id.toHexString()} cannot be read and is left: ${String(error)}`);
        continue;
      }
      this.#entries.push({ group: this.#group.number, id: _id });
      this.#group = new Group(this.#group.number + 1);
    }
  }

  async #commit(): Promise<void> {
    const group = this.#group;
    if (group.blocks.length === 0 && group.waiting.length === 0) return;
    this.#group = new Group(group.number + 1);
    this.#committingBytes = group.bytes;
    this.#committingSince = group.since;
    const consequences = Promise.all(this.#consequences.map((written) => written()));
    // It is waited for below, and must not end the hub when it fails before that.
    consequences.catch(() => {});
    const documents = group.blocks.map((block) => ({ _id: new ObjectId(), block: new Binary(block.take()) }));
    if (documents.length > 0) await this.#write(documents);
    this.#committingBytes = 0;
    for (const { _id } of documents) this.#entries.push({ group: group.number, id: _id });
    await consequences;
    this.#committingSince = undefined;
    for (const onDurable of group.waiting) onDurable();
  }

  async #write(documents: JournalDocument[]): Promise<void> {
    for (let pause = RETRY_FIRST_MS; ; pause = Math.min(2 * pause, RETRY_AT_MOST_MS)) {
      try {
        await this.#collection.insertMany(documents, { ordered: false, ...DURABLE });
        return;
      } catch (error) {
        // An attempt whose answer was lost may have stored them: they are there under their own ids.
        if (storedAlready(error, documents.length) !== undefined) return;
        if (this.#closing) throw error;
        this.logger.warn(`MongoDB did not take the journal, trying again in ${pause} ms: ${String(error)}`);
        await wait(pause);
      }
    }
  }
}
