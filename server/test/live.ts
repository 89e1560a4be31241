import {
  type BrowserToHubEvents,
  type HostSnapshot,
  type HubToBrowserEvents,
  type Incident,
  LIVE_NAMESPACE,
  type LiveError,
  type OverviewDelta,
  type OverviewSnapshot,
  type Presence,
} from '@tocsin/shared';
import { io, type Socket } from 'socket.io-client';

/** A browser as far as the hub can tell: it keeps everything that it was sent. */
export class TestBrowser {
  readonly socket: Socket<HubToBrowserEvents, BrowserToHubEvents>;
  readonly incidents: Incident[] = [];
  readonly presences: { hostId: string; presence: Presence }[] = [];
  readonly deltas: OverviewDelta[] = [];
  /** Numbers of the frames of watched hosts; undefined for those that are live only. */
  readonly frames: (number | undefined)[] = [];

  constructor(url: string, token?: string) {
    this.socket = io(url + LIVE_NAMESPACE, {
      auth: token === undefined ? {} : { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    this.socket.on('incident', (incident) => this.incidents.push(incident));
    this.socket.on('presence', (change) => this.presences.push(change));
    this.socket.on('overview', (delta) => this.deltas.push(delta));
    this.socket.on('frame', ({ frame }) => this.frames.push(frame.seq));
  }

  static async connected(url: string, token: string): Promise<TestBrowser> {
    const browser = new TestBrowser(url, token);
    await new Promise<void>((resolve, reject) => {
      browser.socket.once('connect', resolve);
      browser.socket.once('connect_error', reject);
    });
    return browser;
  }

  /** Why the hub does not let it in. */
  refused(): Promise<unknown> {
    return new Promise((resolve) => {
      this.socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data));
    });
  }

  overview(cursor?: OverviewSnapshot['cursor']): Promise<OverviewSnapshot> {
    return this.socket.emitWithAck('watchOverview', { cursor }) as Promise<OverviewSnapshot>;
  }

  host(hostId: string, since?: number): Promise<HostSnapshot | LiveError> {
    return this.socket.emitWithAck('watchHost', { hostId, since });
  }

  close(): void {
    this.socket.close();
  }
}
