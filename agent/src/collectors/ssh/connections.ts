import type { Origin } from './messages.js';

/** What is remembered of a connection while messages about it may still come. */
export interface Connection {
  pid: string;
  address?: string | undefined;
  port?: number | undefined;
  /** At least one attempt of it is counted. */
  counted: boolean;
  /** The counted one was counted early: the first wrong answer is the same one. */
  early: boolean;
  /** PAM has told of a wrong answer that sshd may tell of once more. */
  twice: boolean;
  /** What is counted comes from a PAM module only. */
  module: boolean;
  ended: boolean;
}

/** Connections that are remembered. sshd itself lets 100 strangers knock at once. */
const LIMIT = 1_024;

/**
 * The connections that messages came from. Most processes of sshd serve one and end, but numbers of
 * processes come round again, and one that logs to systemd itself speaks for all under one number.
 */
export class Connections {
  /** By process, address and port; the one that was spoken of last stands at the end. */
  readonly #all = new Map<string, Connection>();
  readonly #latest = new Map<string, Connection>();

  /** The connection that this process spoke of last. */
  latest(pid: string): Connection | undefined {
    return this.#latest.get(pid);
  }

  /** The connection that a message is about, a new one where none fits. */
  of(pid: string, from: Origin | undefined): Connection {
    const connection = this.#known(pid, from) ?? {
      ...{ pid, counted: false, early: false, twice: false, module: false, ended: false },
    };
    this.#all.delete(keyOf(connection));
    connection.address ??= from?.address;
    connection.port ??= from?.port;
    this.#remember(connection);
    return connection;
  }

  #known(pid: string, from: Origin | undefined): Connection | undefined {
    const latest = this.#latest.get(pid);
    if (from === undefined) return latest;
    const exact = this.#all.get(keyOf({ pid, ...from }));
    if (exact !== undefined && (from.port !== undefined || !exact.ended)) return exact;
    return latest !== undefined && mayBe(latest, from) ? latest : undefined;
  }

  #remember(connection: Connection): void {
    this.#all.set(keyOf(connection), connection);
    this.#latest.delete(connection.pid);
    this.#latest.set(connection.pid, connection);
    if (this.#all.size > LIMIT) this.#all.delete(first(this.#all));
    if (this.#latest.size > LIMIT) this.#latest.delete(first(this.#latest));
  }

  save(): Connection[] {
    return [...this.#all.values()].filter(({ ended }) => !ended);
  }

  load(connections: readonly Connection[]): void {
    for (const connection of connections) this.#remember(connection);
  }
}

type Key = Pick<Connection, 'pid' | 'address' | 'port'>;
const keyOf = ({ pid, address, port }: Key) => `${pid} ${address} ${port}`;

const first = (map: ReadonlyMap<string, unknown>): string => map.keys().next().value!;

/** Whether a message that does not say all, or came after one that did not, may be about this connection. */
function mayBe({ address, port, ended }: Connection, from: Origin): boolean {
  if (ended || (address !== undefined && address !== from.address)) return false;
  return port === undefined || from.port === undefined;
}
