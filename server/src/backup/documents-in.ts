import { ArchiveError } from './archive-error.js';
import { LONGEST_DOCUMENT } from './archive-format.js';

const LENGTH_BYTES = 4;
const SHORTEST_DOCUMENT = 5;

/** Takes a stream of bytes apart into BSON documents; `next` gives null for the end of a collection. */
export class DocumentsIn {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** @throws ArchiveError where there is none */
  async next(): Promise<Buffer | null> {
    const length = (await this.#atLeast(LENGTH_BYTES)).readInt32LE();
    if (length === 0) {
      this.#rest = this.#rest.subarray(LENGTH_BYTES);
      return null;
    }
    if (length < SHORTEST_DOCUMENT || length > LONGEST_DOCUMENT)
      throw new ArchiveError('it holds what is no document');
    const document = (await this.#atLeast(length)).subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return document;
  }

  /** @throws ArchiveError when something follows */
  async end(): Promise<void> {
    const { done } = await this.#pieces.next();
    if (this.#rest.length > 0 || done !== true) throw new ArchiveError('something follows its end');
  }

  async #atLeast(bytes: number): Promise<Buffer> {
    if (this.#rest.length >= bytes) return this.#rest;
    const pieces = [this.#rest];
    for (let there = this.#rest.length; there < bytes; there += pieces.at(-1)!.length) {
      const { value, done } = await this.#pieces.next();
      if (done === true) throw new ArchiveError('it is cut off');
      pieces.push(value);
    }
    return (this.#rest = Buffer.concat(pieces));
  }
}
