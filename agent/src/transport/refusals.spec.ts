import { describe, expect, it } from 'vitest';
import { asHandshakeRefusal, causeOf } from './refusals.js';

describe('asHandshakeRefusal', () => {
  it('knows the refusals of the protocol', () => {
    const refusal = { code: 'unknown_key', message: 'No host has this key.' };
    expect(asHandshakeRefusal(refusal)).toEqual(refusal);
  });

  it.each([undefined, null, 'unknown_key', {}, { code: 'toString', message: '' }, { code: 'unknown_key' }])(
    'does not take %j for one',
    (data) => {
      expect(asHandshakeRefusal(data)).toBeUndefined();
    },
  );
});

describe('causeOf', () => {
  const wrapped = (inner: object) =>
    Object.assign(new Error('websocket error'), { description: { message: 'x', error: inner } });

  it.each([
    [wrapped({ code: 'ECONNREFUSED' }), 'nothing listens there'],
    [wrapped({ code: 'CERT_HAS_EXPIRED' }), 'its certificate has expired'],
    [
      wrapped(new Error('Unexpected server response: 404')),
      'something there answers 404 to a WebSocket; it is not a hub, or a proxy in between lets none through',
    ],
    [
      Object.assign(new Error('xhr poll error'), { description: 502 }),
      'something there answers 502, but it is not a hub',
    ],
    [new Error('timeout'), 'no answer'],
    [new Error('something else'), 'something else'],
  ])('finds the reason below what the libraries say', (error, cause) => {
    expect(causeOf(error)).toBe(cause);
  });
});
