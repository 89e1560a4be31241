const LINE_END = 10;
const SPACE = 32;
const ZERO = 48;

/**
 * Walks over the lines and columns of text from the kernel without making a string or an array of each:
 * with hundreds of lines a second that would be the most of what reading them costs.
 */
export class Columns {
  #at = 0;

  constructor(private readonly text: string) {}

  /** Goes to the beginning of the next line. @returns whether there is one */
  nextLine(): boolean {
    const end = this.text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.text.length : end + 1;
    return this.#at < this.text.length;
  }

  /** The next word of this line, without what ends it; empty at the end of the line. */
  word(end = ' '): string {
    this.#skipSpaces();
    const from = this.#at;
    const endCode = end.charCodeAt(0);
    while (this.#at < this.text.length) {
      const code = this.text.charCodeAt(this.#at);
      if (code === endCode || code === LINE_END) break;
      this.#at++;
    }
    const word = this.text.slice(from, this.#at);
    if (this.text.charCodeAt(this.#at) === endCode) this.#at++;
    return word;
  }

  /** The next column of this line as a number without a sign; NaN for anything else, and at the end of the line. */
  number(): number {
    this.#skipSpaces();
    let value = NaN;
    for (; this.#at < this.text.length; this.#at++) {
      const digit = this.text.charCodeAt(this.#at) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = (value || 0) * 10 + digit;
    }
    return value;
  }

  skip(columns: number): void {
    for (let column = 0; column < columns; column++) {
      this.#skipSpaces();
      while (this.text.charCodeAt(this.#at) > SPACE) this.#at++;
    }
  }

  #skipSpaces(): void {
    while (this.text.charCodeAt(this.#at) === SPACE) this.#at++;
  }
}
