import { layersOf } from './refusals.js';

/** So many WebSockets in a row must fail before anything else is tried. */
const FAILURES = 3;

export type Transports = readonly ['websocket'] | readonly ['polling', 'websocket'];

export const WEBSOCKET: Transports = ['websocket'];
/** Goes over to a WebSocket by itself as soon as one gets through. */
export const POLLING_FIRST: Transports = ['polling', 'websocket'];

/** With these nothing was reached at all, and nothing else would reach it either. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether a WebSocket failed in a way in which one does that a proxy does not let through. */
export function mayBeBlocked(error: unknown): boolean {
  return ![...layersOf(error)].some(({ code }) => NOT_REACHED.has(code ?? ''));
}

/**
 * By which transport to try next. A WebSocket costs least, for the host and for the hub, so it is what is
 * tried first and again and again; some networks let none through, and there long polling is what works.
 */
export class TransportChoice {
  #failures = 0;
  #polls = false;

  /** For the next attempt. */
  get next(): Transports {
    if (this.#polls) return POLLING_FIRST;
    // By turns: a hub that is away looks much the same, and is to be found by a WebSocket when it returns.
    const late = this.#failures - FAILURES;
    return late >= 0 && late % 2 === 0 ? POLLING_FIRST : WEBSOCKET;
  }

  /** The connection is carried by this transport now. */
  carried(by: string): void {
    this.#polls = by === 'polling';
    this.#failures = 0;
  }

  failed(error: unknown): void {
    if (mayBeBlocked(error)) this.#failures += 1;
  }
}
