const FIRST_BYTES = 1_024;
/** More than any number in use takes: seven bits a byte, sums under 2^63. */
const VARINT_BYTES = 10;

/**
 * Writes whole numbers in as few bytes as they need (LEB128). Numbers above 2^53 keep the precision
 * that they have as doubles.
 */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param value a whole number, 0 or greater */
  varint(value: number): void {
    this.#reserve(VARINT_BYTES);
    const bytes = this.#bytes;
    let at = this.#length;
    while (value > 0x7fff_ffff) {
      bytes[at++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    while (value > 127) {
      bytes[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    bytes[at++] = value;
    this.#length = at;
  }

  /** A whole number of either sign; small ones of both signs stay short. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** @param hex an even number of digits; the reader must know how many */
  hex(hex: string): void {
    this.#reserve(hex.length / 2);
    this.#length += this.#bytes.write(hex, this.#length, 'hex');
  }

  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Another writer's bytes, with their length before them. */
  block(other: ByteWriter): void {
    this.varint(other.#length);
    this.#reserve(other.#length);
    other.#bytes.copy(this.#bytes, this.#length, 0, other.#length);
    this.#length += other.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was written, as a copy of its own. */
  take(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** Reads what a `ByteWriter` wrote. Each method throws a RangeError where the bytes end too early. */
export class ByteReader {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new RangeError('the bytes end within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  /** Steps over so many numbers. */
  skipVarints(count: number): void {
    for (let left = count; left > 0;) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) throw new RangeError('the bytes end within a number');
      if (byte < 128) left -= 1;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  hex(digits: number): string {
    return this.#slice(digits / 2).toString('hex');
  }

  text(): string {
    return this.#slice(this.varint()).toString();
  }

  block(): ByteReader {
    return new ByteReader(this.#slice(this.varint()));
  }

  skipBlock(): void {
    this.#slice(this.varint());
  }

  #slice(size: number): Buffer {
    const { buffer, byteOffset, length } = this.bytes;
    if (this.#at + size > length) throw new RangeError('the bytes end too early');
    const slice = Buffer.from(buffer, byteOffset + this.#at, size);
    this.#at += size;
    return slice;
  }
}
