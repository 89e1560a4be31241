const NEWLINE = 10;

/**
 * Cuts a stream of bytes into lines. A line that is longer than allowed is passed over, however long it
 * gets; what has no end yet waits for it.
 */
export class LineBuffer {
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #passOver: boolean;

  /**
   * @param longest bytes of a line
   * @param inside begin in the middle of a line, which is passed over
   */
  constructor(
    private readonly longest: number,
    inside = false,
  ) {
    this.#passOver = inside;
  }

  /** @returns the lines that are complete now, and the bytes from the end of the last one before to theirs */
  push(chunk: Buffer): { lines: string[]; bytes: number } {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#wait(chunk);
      return { lines: [], bytes: 0 };
    }
    let start = 0;
    const bytes = this.#waitingBytes + end;
    if (this.#passOver) start = chunk.indexOf(NEWLINE) + 1;
    // Up to a line end, so that no character is cut in two.
    const text = Buffer.concat([...this.#waiting, chunk.subarray(start, end)]).toString();
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#passOver = false;
    this.#wait(chunk.subarray(end));
    const lines = text === '' ? [] : text.slice(0, -1).split('\n');
    return { lines: lines.filter((line) => line.length <= this.longest), bytes };
  }

  #wait(chunk: Buffer): void {
    this.#waitingBytes += chunk.length;
    if (this.#passOver || chunk.length === 0) return;
    if (this.#waitingBytes > this.longest) {
      this.#passOver = true;
      this.#waiting = [];
    } else this.#waiting.push(Buffer.from(chunk));
  }
}
