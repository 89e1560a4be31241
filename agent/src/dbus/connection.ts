import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { encodeCall, MESSAGE_TYPES, MessageStream, type Call, type Message } from './messages.js';
import type { Value } from './values.js';

export const SYSTEM_BUS = '/run/dbus/system_bus_socket';
const BUS = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
} as const;
const TIMEOUT_MS = 5_000;
/** A message bus answers more than 128 open calls with an error, unless it is told otherwise. */
const OPEN_CALLS = 64;

/** What the other side answered instead of a result. */
export class DBusError extends Error {
  constructor(
    /** For programs, such as `org.freedesktop.systemd1.NoSuchUnit`. */
    readonly errorName: string,
    message: string,
  ) {
    super(message);
  }
}

interface Waiting {
  resolve: (body: Value[]) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** A client of a message bus: calls with texts as arguments, and signals. */
export class BusConnection {
  readonly #waiting = new Map<number, Waiting>();
  /** Calls that are sent when others have been answered. */
  readonly #queue: (() => void)[] = [];
  readonly #stream = new MessageStream();
  #serial = 0;
  #closed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly onSignal: (signal: Message) => void,
    private readonly onClose: () => void,
  ) {
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => this.#end());
  }

  /** @throws when there is no bus, or it does not let this user in */
  static async open(
    path: string,
    onSignal: (signal: Message) => void = () => undefined,
    onClose: () => void = () => undefined,
  ): Promise<BusConnection> {
    const bus = new BusConnection(await authenticated(path), onSignal, onClose);
    await bus.call({ ...BUS, member: 'Hello' });
    return bus;
  }

  /** Speaks to one program directly, without a bus between. @throws when it does not let this user in */
  static async openPeer(path: string): Promise<BusConnection> {
    return new BusConnection(
      await authenticated(path),
      () => undefined,
      () => undefined,
    );
  }

  /** @throws DBusError what the other side answered, or an Error when the bus is gone or silent */
  call(call: Call): Promise<Value[]> {
    return new Promise((resolve, reject) => {
      const send = () => {
        if (this.#closed) return reject(new Error('the D-Bus connection is closed'));
        const serial = ++this.#serial;
        const timer = setTimeout(() => {
          this.#answered(serial);
          reject(new Error(`${call.destination} does not answer ${call.member}`));
        }, TIMEOUT_MS);
        this.#waiting.set(serial, { resolve, reject, timer });
        this.socket.write(encodeCall(serial, call));
      };
      if (this.#waiting.size < OPEN_CALLS) send();
      else this.#queue.push(send);
    });
  }

  /** Asks the bus for the signals that fit the rule. */
  async match(rule: string): Promise<void> {
    await this.call({ ...BUS, member: 'AddMatch', arguments: [rule] });
  }

  close(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#stream.read(chunk)) this.#handle(message);
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  #handle(message: Message): void {
    if (message.type === MESSAGE_TYPES.signal) return this.onSignal(message);
    const waiting = this.#waiting.get(message.replySerial ?? 0);
    if (waiting === undefined) return;
    const { body } = message;
    this.#answered(message.replySerial!);
    clearTimeout(waiting.timer);
    if (message.type === MESSAGE_TYPES.reply) waiting.resolve(body);
    else waiting.reject(new DBusError(message.errorName ?? '', String(body[0] ?? message.errorName)));
  }

  #answered(serial: number): void {
    this.#waiting.delete(serial);
    this.#queue.shift()?.();
  }

  #end(): void {
    this.#closed = true;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error('the D-Bus connection was closed'));
    }
    this.#waiting.clear();
    for (const send of this.#queue.splice(0)) send(); // each finds that it is too late
    this.onClose();
  }
}

async function authenticated(path: string): Promise<Socket> {
  const socket = createConnection(path);
  try {
    await authenticate(socket);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The kernel vouches for this process' user (`EXTERNAL`), so there is no secret. */
async function authenticate(socket: Socket): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  await once(socket, 'connect', { signal });
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  // All at once: systemd leaves a call lying that it reads together with BEGIN, until the next one comes.
  socket.write(`\0AUTH EXTERNAL ${uid}\r\nBEGIN\r\n`);
  const [answer] = (await once(socket, 'data', { signal })) as [Buffer];
  if (!answer.toString().startsWith('OK ')) throw new Error('the message bus does not let this user in');
}
