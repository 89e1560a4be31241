import {
  may,
  type LoginRequest,
  type Me,
  type Permission,
  type Session,
  type SetupRequest,
} from '@tocsin/shared';
import * as auth from '../api/auth.js';
import { ApiFailure } from '../api/request.js';

/** `restoring`: asking the hub who we are. `unreachable`: the hub gives no answer to that. */
export type SessionStatus = 'restoring' | 'unreachable' | 'setup-needed' | 'signed-out' | 'signed-in';

type Message = { type: 'session'; session: Session } | { type: 'signed-out' };

/** A token is renewed this long before it ends, plus up to half of it so that tabs take turns. */
const EARLY_MS = 60_000;
const RETRY_MS = 5_000;

/**
 * Who is signed in. The access token lives in this memory alone. The refresh cookie may be used only
 * once, so tabs take turns by a lock and tell each other what they got.
 */
class SessionManager {
  #status = $state<SessionStatus>('restoring');
  #me = $state.raw<Me>();
  #held: Session | undefined;
  #renewing: Promise<string> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onToken = new Set<(token: string) => void>();
  readonly #tabs = new BroadcastChannel('tocsin-session');

  constructor() {
    this.#tabs.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === 'session') this.#hold(data.session);
      else this.#drop();
    };
  }

  get status(): SessionStatus {
    return this.#status;
  }

  get me(): Me | undefined {
    return this.#me;
  }

  may(permission: Permission): boolean {
    return this.#me !== undefined && may(this.#me.role, permission);
  }

  /** Called with each new access token. */
  onToken(listener: (token: string) => void): () => void {
    this.#onToken.add(listener);
    return () => this.#onToken.delete(listener);
  }

  /** Finds out at the start of the app whether the cookie still holds a session. */
  async restore(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status === 401) return;
      this.#status = 'unreachable';
      this.#later(() => this.restore(), RETRY_MS);
    }
  }

  async logIn(input: LoginRequest): Promise<void> {
    this.#tell(await auth.logIn(input));
  }

  async setUp(input: SetupRequest): Promise<void> {
    this.#tell(await auth.setUp(input));
  }

  async logOut(): Promise<void> {
    await auth.logOut(this.#held?.accessToken);
    this.#tabs.postMessage({ type: 'signed-out' } satisfies Message);
    this.#drop();
  }

  /** A token that is good for some seconds more. @throws ApiFailure */
  async token(): Promise<string> {
    if (this.#held !== undefined && this.#held.expiresAt - Date.now() > RETRY_MS)
      return this.#held.accessToken;
    return this.#renew();
  }

  /** Another token than the one that the hub refused. @throws ApiFailure */
  async renewed(refused: string | undefined): Promise<string> {
    const held = this.#held?.accessToken;
    return held !== undefined && held !== refused ? held : this.#renew();
  }

  #renew(): Promise<string> {
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #refresh(): Promise<string> {
    const before = this.#held;
    const refresh = async () => {
      // Another tab may have been faster while this one waited for the lock.
      if (this.#held !== undefined && this.#held !== before) return this.#held.accessToken;
      const session = await auth.refresh();
      this.#tell(session);
      return session.accessToken;
    };
    try {
      // Pages that are served without TLS have no locks; there the tabs' different timing has to do.
      return await (navigator.locks?.request('tocsin-refresh', refresh) ?? refresh());
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) {
        this.#drop();
        const { setupNeeded } = await auth.readStatus();
        if (setupNeeded) this.#status = 'setup-needed';
      }
      throw error;
    }
  }

  #tell(session: Session): void {
    this.#hold(session);
    this.#tabs.postMessage({ type: 'session', session } satisfies Message);
  }

  #hold(session: Session): void {
    this.#held = session;
    this.#me = session.me;
    this.#status = 'signed-in';
    const left = session.expiresAt - Date.now() - EARLY_MS * (1 + Math.random() / 2);
    this.#later(() => this.#keepUp(), Math.max(left, RETRY_MS));
    for (const listener of this.#onToken) listener(session.accessToken);
  }

  async #keepUp(): Promise<void> {
    try {
      await this.#renew();
    } catch {
      if (this.#held !== undefined) this.#later(() => this.#keepUp(), RETRY_MS);
    }
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
    this.#me = undefined;
    this.#status = 'signed-out';
  }

  #later(what: () => Promise<void>, ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void what(), ms);
  }
}

export const session = new SessionManager();
