import { DBusFormatError, ValueReader, type Value } from './values.js';

export const MESSAGE_TYPES = { call: 1, reply: 2, error: 3, signal: 4 } as const;

export interface Message {
  type: number;
  path?: string;
  interface?: string;
  member?: string;
  errorName?: string;
  replySerial?: number;
  sender?: string;
  /** Read when it is first asked for: most signals are thrown away by their header. @throws DBusFormatError */
  readonly body: Value[];
}

/** A call of a method whose arguments are texts and lists of texts, which is all that this client needs. */
export interface Call {
  destination: string;
  path: string;
  interface: string;
  member: string;
  arguments?: (string | string[])[];
}

/** Numbers of the header's fields. */
const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  errorName: 4,
  replySerial: 5,
  destination: 6,
  sender: 7,
  signature: 8,
} as const;

const FIXED_HEADER = 16;
/** More than any answer of systemd by far; the protocol allows 128 MiB. */
const LONGEST = 4 * 1024 * 1024;

const padding = (length: number, multiple: number): Buffer =>
  Buffer.alloc((multiple - (length % multiple)) % multiple);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const text = (value: string): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(`${value}\0`)]);

function headerField(code: number, type: 'o' | 's' | 'g', value: string): Buffer {
  const variant = Buffer.from([code, 1, type.charCodeAt(0), 0]);
  const content =
    type === 'g' ? Buffer.concat([Buffer.from([value.length]), Buffer.from(`${value}\0`)]) : text(value);
  return Buffer.concat([variant, content]);
}

/** Puts parts behind each other, each aligned to a multiple. */
function aligned(parts: Buffer[], multiple: number): Buffer {
  let whole = Buffer.alloc(0);
  for (const part of parts) whole = Buffer.concat([whole, padding(whole.length, multiple), part]);
  return whole;
}

/** An argument as it stands behind a multiple of four bytes. */
function argument(value: string | string[]): Buffer {
  if (typeof value === 'string') return text(value);
  const items = aligned(value.map(text), 4);
  return Buffer.concat([uint32(items.length), items]);
}

export function encodeCall(serial: number, call: Call): Buffer {
  const { arguments: values = [] } = call;
  const body = aligned(values.map(argument), 4);
  const fields = [
    headerField(FIELD.path, 'o', call.path),
    headerField(FIELD.interface, 's', call.interface),
    headerField(FIELD.member, 's', call.member),
    headerField(FIELD.destination, 's', call.destination),
  ];
  const signature = values.map((value) => (typeof value === 'string' ? 's' : 'as')).join('');
  if (signature !== '') fields.push(headerField(FIELD.signature, 'g', signature));
  const header = aligned(fields, 8);
  const start = Buffer.from(['l'.charCodeAt(0), MESSAGE_TYPES.call, 0, 1]);
  const fixed = Buffer.concat([start, uint32(body.length), uint32(serial), uint32(header.length)]);
  return Buffer.concat([fixed, header, padding(header.length, 8), body]);
}

/** Cuts what comes over a socket into messages. @throws DBusFormatError */
export class MessageStream {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Message> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= FIXED_HEADER) {
      const littleEndian = this.#rest[0] === 'l'.charCodeAt(0);
      const number = (at: number) =>
        littleEndian ? this.#rest.readUInt32LE(at) : this.#rest.readUInt32BE(at);
      const bodyLength = number(4);
      const bodyStart = Math.ceil((FIXED_HEADER + number(12)) / 8) * 8;
      const end = bodyStart + bodyLength;
      if (end > LONGEST) throw new DBusFormatError('a message is too long');
      if (this.#rest.length < end) return;
      const message = this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(end);
      yield decode(message, bodyStart, littleEndian);
    }
  }
}

function decode(bytes: Buffer, bodyStart: number, littleEndian: boolean): Message {
  const [, type, , , , , fields] = new ValueReader(bytes, littleEndian).readAll('yyyyuua(yv)');
  const header = new Map(fields as [number, Value][]);
  const textOf = (code: number) => header.get(code) as string | undefined;
  let body: Value[] | undefined;
  return {
    type: type as number,
    path: textOf(FIELD.path),
    interface: textOf(FIELD.interface),
    member: textOf(FIELD.member),
    errorName: textOf(FIELD.errorName),
    replySerial: header.get(FIELD.replySerial) as number | undefined,
    sender: textOf(FIELD.sender),
    get body() {
      return (body ??= new ValueReader(bytes.subarray(bodyStart), littleEndian).readAll(
        textOf(FIELD.signature) ?? '',
      ));
    },
  };
}
