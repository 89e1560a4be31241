/** A D-Bus value in JavaScript: 64-bit numbers as numbers, dictionaries as maps, structs as arrays. */
export type Value = string | number | boolean | Value[] | Map<Value, Value>;

export class DBusFormatError extends Error {}

/** To which multiple a value of a type is aligned, by the type's first letter. */
const ALIGNMENT: Record<string, number> = {
  y: 1,
  g: 1,
  v: 1,
  n: 2,
  q: 2,
  b: 4,
  i: 4,
  u: 4,
  h: 4,
  s: 4,
  o: 4,
  a: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
};

/** Splits a signature into its complete types: `sa{sv}(ii)` into `s`, `a{sv}` and `(ii)`. */
export function completeTypes(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length;) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, start: number): number {
  const letter = signature[start];
  if (letter === 'a') return endOfType(signature, start + 1);
  if (letter !== '(' && letter !== '{') {
    if (letter === undefined || !(letter in ALIGNMENT)) throw new DBusFormatError(`signature ${signature}`);
    return start + 1;
  }
  const close = letter === '(' ? ')' : '}';
  let at = start + 1;
  while (signature[at] !== close) at = endOfType(signature, at);
  return at + 1;
}

/** Reads values in D-Bus' wire format. @throws DBusFormatError, or a RangeError past the end */
export class ValueReader {
  readonly #view: DataView;
  #at = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly littleEndian: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  readAll(signature: string): Value[] {
    return completeTypes(signature).map((type) => this.#read(type));
  }

  align(multiple: number): number {
    this.#at = Math.ceil(this.#at / multiple) * multiple;
    return this.#at;
  }

  #skip(size: number): number {
    const at = this.#at;
    this.#at += size;
    return at;
  }

  #read(type: string): Value {
    const letter = type[0]!;
    this.align(ALIGNMENT[letter]!);
    switch (letter) {
      case 'y':
        return this.#view.getUint8(this.#skip(1));
      case 'n':
        return this.#view.getInt16(this.#skip(2), this.littleEndian);
      case 'q':
        return this.#view.getUint16(this.#skip(2), this.littleEndian);
      case 'b':
        return this.#uint32() !== 0;
      case 'i':
        return this.#view.getInt32(this.#skip(4), this.littleEndian);
      case 'u':
      case 'h':
        return this.#uint32();
      case 'x':
        return Number(this.#view.getBigInt64(this.#skip(8), this.littleEndian));
      case 't':
        return Number(this.#view.getBigUint64(this.#skip(8), this.littleEndian));
      case 'd':
        return this.#view.getFloat64(this.#skip(8), this.littleEndian);
      case 's':
      case 'o':
        return this.#text(this.#uint32());
      case 'g':
        return this.#text(this.#view.getUint8(this.#skip(1)));
      case 'v':
        return this.#read(this.#text(this.#view.getUint8(this.#skip(1))));
      case '(':
        return this.readAll(type.slice(1, -1));
      default:
        return this.#array(type.slice(1));
    }
  }

  #uint32(): number {
    return this.#view.getUint32(this.#skip(4), this.littleEndian);
  }

  #text(length: number): string {
    const at = this.#skip(length + 1);
    if (this.#at > this.bytes.length) throw new DBusFormatError('a text reaches past the end');
    return this.bytes.toString('utf8', at, at + length);
  }

  #array(element: string): Value {
    const length = this.#uint32();
    // The padding before the first element does not belong to the array's length.
    const end = this.align(ALIGNMENT[element[0]!]!) + length;
    if (end > this.bytes.length) throw new DBusFormatError('an array reaches past the end');
    if (element[0] !== '{') {
      const items: Value[] = [];
      while (this.#at < end) items.push(this.#read(element));
      return items;
    }
    const [keyType, valueType] = completeTypes(element.slice(1, -1));
    const entries = new Map<Value, Value>();
    while (this.#at < end) {
      this.align(8);
      entries.set(this.#read(keyType!), this.#read(valueType!));
    }
    return entries;
  }
}
