import { describe, expect, it } from 'vitest';
import { mayBeBlocked, POLLING_FIRST, TransportChoice, WEBSOCKET } from './transport-choice.js';

const websocketError = (inner: object) =>
  Object.assign(new Error('websocket error'), { description: { error: inner } });
const refusedUpgrade = websocketError(new Error('Unexpected server response: 400'));
const nobodyThere = websocketError({ code: 'ECONNREFUSED' });

/** The transports of so many attempts that all fail. */
const attempts = (choice: TransportChoice, count: number, error: Error) =>
  Array.from({ length: count }, () => {
    const { next } = choice;
    choice.failed(error);
    return next;
  });

describe('TransportChoice', () => {
  it('stays with WebSockets while nothing is there at all', () => {
    expect(new Set(attempts(new TransportChoice(), 20, nobodyThere))).toEqual(new Set([WEBSOCKET]));
  });

  it('tries long polling by turns once three WebSockets in a row did not get through', () => {
    expect(attempts(new TransportChoice(), 7, refusedUpgrade)).toEqual([
      ...[WEBSOCKET, WEBSOCKET, WEBSOCKET],
      ...[POLLING_FIRST, WEBSOCKET, POLLING_FIRST, WEBSOCKET],
    ]);
  });

  it('begins with long polling again where that was what worked', () => {
    const choice = new TransportChoice();
    choice.carried('polling');
    expect(attempts(choice, 3, refusedUpgrade)).toEqual([POLLING_FIRST, POLLING_FIRST, POLLING_FIRST]);
  });

  it('goes back to WebSockets as soon as one gets through', () => {
    const choice = new TransportChoice();
    attempts(choice, 3, refusedUpgrade);
    choice.carried('polling');
    choice.carried('websocket');
    expect(attempts(choice, 3, refusedUpgrade)).toEqual([WEBSOCKET, WEBSOCKET, WEBSOCKET]);
  });
});

describe('mayBeBlocked', () => {
  it.each([
    [refusedUpgrade, true],
    [websocketError({ code: 'ECONNRESET' }), true],
    [new Error('timeout'), true],
    [nobodyThere, false],
    [websocketError({ code: 'ENOTFOUND' }), false],
  ])('tells by the error: %o', (error, blocked) => expect(mayBeBlocked(error)).toBe(blocked));
});
