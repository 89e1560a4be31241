import {
  type BrowserToHubEvents,
  type HostSnapshot,
  type HubToBrowserEvents,
  LIVE_NAMESPACE,
  type LiveError,
  type OverviewSnapshot,
} from '@tocsin/shared';
import { io, type Socket } from 'socket.io-client';

type Events = { [Name in keyof HubToBrowserEvents]: Parameters<HubToBrowserEvents[Name]>[0] };

/** Something the hub said, and when it arrived (UTC ms). */
export interface Heard<Message> {
  at: number;
  message: Message;
}

/** Listens to the hub as an open page does, without the page. */
export class LiveClient {
  readonly #socket: Socket<HubToBrowserEvents, BrowserToHubEvents>;
  readonly #listeners = new Set<(name: string, heard: Heard<unknown>) => void>();

  private constructor(url: string, token: string) {
    this.#socket = io(url + LIVE_NAMESPACE, { auth: { token }, transports: ['websocket'], forceNew: true });
    this.#socket.onAny((name: string, message: unknown) => {
      const heard = { at: Date.now(), message };
      for (const listener of this.#listeners) listener(name, heard);
    });
  }

  static async connect(url: string, token: string): Promise<LiveClient> {
    const client = new LiveClient(url, token);
    await new Promise<void>((resolve, reject) => {
      client.#socket.once('connect', resolve);
      client.#socket.once('connect_error', reject);
    });
    return client;
  }

  async watchOverview(): Promise<OverviewSnapshot> {
    return accepted(await this.#socket.emitWithAck('watchOverview', {}));
  }

  async watchHost(hostId: string): Promise<HostSnapshot> {
    return accepted(await this.#socket.emitWithAck('watchHost', { hostId }));
  }

  /** The next message that fits, from now on. Rejects when none came within `timeoutMs`. */
  next<Name extends keyof Events>(
    name: Name,
    fits: (message: Events[Name]) => boolean = () => true,
    timeoutMs = 20_000,
  ): Promise<Heard<Events[Name]>> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`no ${name} that was waited for came within ${timeoutMs} ms`));
      }, timeoutMs);
      const listener = (heardName: string, { at, message }: Heard<unknown>) => {
        if (heardName !== name || !fits(message as Events[Name])) return;
        done();
        resolve({ at, message: message as Events[Name] });
      };
      this.#listeners.add(listener);
    });
  }

  /** Each message of that name from now on; returns how to end it. */
  each<Name extends keyof Events>(name: Name, listen: (message: Events[Name]) => void): () => void {
    const listener = (heardName: string, { message }: Heard<unknown>) => {
      if (heardName === name) listen(message as Events[Name]);
    };
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** When this host's status becomes the given one. */
  status(hostId: string, status: string, timeoutMs?: number): Promise<Heard<Events['presence']>> {
    return this.next('presence', (p) => p.hostId === hostId && p.presence.status === status, timeoutMs);
  }

  close(): void {
    this.#socket.close();
  }
}

function accepted<Answer extends object>(answer: Answer | LiveError): Answer {
  if ('error' in answer) throw new Error(`the hub refused: ${answer.error.message}`);
  return answer;
}
