import type { SshLogin, SshReading } from '@tocsin/shared';
import { LIMITS, SSH_BREACH_AFTER } from '@tocsin/shared/limits';
import { AttemptCounter, type Attempts, type CounterState } from './attempt-counter.js';
import type { LogLine } from './log-line.js';
import { parseMessage } from './messages.js';
import { rankSources } from './ranking.js';
import { AttemptWindow, type WindowState } from './window.js';

/** A moment on both clocks: `at` monotonic ms, for distances; `t` UTC ms, for people. */
export interface Moment {
  at: number;
  t: number;
}

/** What a restart needs. */
export interface TallyState {
  /** When it was saved, UTC ms. */
  t: number;
  counter: CounterState;
  window: WindowState;
}

type Standing = Pick<SshReading, 'window' | 'addresses' | 'sources'>;

/** Logins that are kept for frames that have not told of them. */
const LOGINS = 256;

/** All that is known of logins: counts what messages tell, and keeps the window. */
export class Tally {
  readonly #counter = new AttemptCounter();
  readonly #window = new AttemptWindow();
  readonly #logins: SshLogin[] = [];
  #loginsBefore = 0;
  #attempts = 0;
  #events = 0;
  #ranked = -1;
  #standing: Standing = { window: 0, addresses: 0, sources: [] };

  /** Attempts that were counted since the start. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Messages about logging in since the start: while it stays the same, there is nothing to save. */
  get events(): number {
    return this.#events;
  }

  /** @returns whether the line tells of a login after too many failures */
  take({ pid, message, t }: LogLine, now: Moment): boolean {
    const event = parseMessage(message);
    if (event === undefined) return false;
    this.#events++;
    // A line that was written before it was read; a clock that was set back meanwhile makes no future.
    const written = { at: now.at - Math.max(0, now.t - t), t: Math.min(t, now.t) };
    const told = this.#counter.take(pid, event, now.at);
    if (told === undefined) return false;
    if ('times' in told) {
      this.#add(told, written);
      return false;
    }
    const { failures, breach } = this.#window.login(told.address, written.at);
    this.#logins.push({ t: written.t, ...told, failures });
    if (this.#logins.length > LOGINS) {
      this.#logins.shift();
      this.#loginsBefore++;
    }
    return breach;
  }

  #add(attempts: Attempts, { at, t }: Moment): void {
    this.#attempts += attempts.times;
    this.#window.add(attempts, at, t);
  }

  /** What the window holds at this moment; worked out anew only when something changed. */
  standing(now: Moment): Standing {
    for (const attempts of this.#counter.settle(now.at)) {
      this.#events++;
      this.#add(attempts, now);
    }
    this.#window.advance(now.at);
    if (this.#ranked !== this.#window.version) {
      this.#ranked = this.#window.version;
      let addresses = 0;
      for (const { attempts } of this.#window.sources) if (attempts > 0) addresses++;
      this.#standing = { window: this.#window.total, addresses, sources: rankSources(this.#window) };
    }
    return this.#standing;
  }

  /** How many logins there were since the start; the place to begin from with `loginsSince`. */
  get logins(): number {
    return this.#loginsBefore + this.#logins.length;
  }

  /** Of more than a frame holds, those that must not be missed: after failures, then the newest. */
  loginsSince(place: number): SshLogin[] {
    const fresh = this.#logins.slice(Math.max(0, place - this.#loginsBefore));
    if (fresh.length <= LIMITS.sshLogins) return fresh;
    const weight = ({ failures }: SshLogin) => (failures >= SSH_BREACH_AFTER ? 1 : 0);
    const kept = new Set(
      fresh
        .map((login, index) => ({ login, index }))
        .sort((a, b) => weight(b.login) - weight(a.login) || b.index - a.index)
        .slice(0, LIMITS.sshLogins)
        .map(({ login }) => login),
    );
    return fresh.filter((login) => kept.has(login));
  }

  save(now: Moment): TallyState {
    return { t: now.t, counter: this.#counter.save(now.at), window: this.#window.save(now.at) };
  }

  load(state: TallyState, now: Moment): void {
    this.#counter.load(state.counter, now.at);
    this.#window.load(state.window, now.at, Math.max(0, now.t - state.t));
  }
}

/** One row of frames: each attempt and each login is told in one of them. */
export class TallyView {
  #attempts: number;
  #logins: number;

  constructor(private readonly tally: Tally) {
    this.#attempts = tally.attempts;
    this.#logins = tally.logins;
  }

  take(now: Moment): SshReading {
    const standing = this.tally.standing(now);
    const attempts = this.tally.attempts - this.#attempts;
    const accepted = this.tally.loginsSince(this.#logins);
    this.#attempts = this.tally.attempts;
    this.#logins = this.tally.logins;
    return { attempts, ...standing, ...(accepted.length > 0 && { accepted }) };
  }

  /** Another row that begins where this one stands. */
  fork(): TallyView {
    const view = new TallyView(this.tally);
    view.#attempts = this.#attempts;
    view.#logins = this.#logins;
    return view;
  }
}
