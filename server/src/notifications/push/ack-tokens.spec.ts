import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { readAck, signAck } from './ack-tokens.js';

const id = (n: string) => n.repeat(24);
const claims = { tenantId: id('a'), userId: id('b'), deviceId: id('c'), incidentIds: [id('d')], exp: 1 };

it('reads what it signed', () => {
  expect(readAck(signAck(claims, 'secret'), 'secret')).toEqual({ a: 'ack', ...claims });
});

it('is short enough for a push message', () => {
  const many = { ...claims, incidentIds: Array.from({ length: 20 }, () => id('d')) };
  expect(signAck(many, 'secret').length).toBeLessThan(1_100);
});

it('takes no other secret, no change, nothing cut off and no text', () => {
  const token = signAck(claims, 'secret');
  expect(readAck(token, 'other')).toBeUndefined();
  const [payload, signature] = token.split('.') as [string, string];
  const changed = Buffer.from(JSON.stringify({ a: 'ack', ...claims, userId: id('e') })).toString('base64url');
  for (const bad of [
    `${changed}.${signature}`,
    payload,
    `${payload}.`,
    `${token}.x`,
    token.slice(0, -1),
    '',
    '.',
    'x.y',
  ]) {
    expect(readAck(bad, 'secret')).toBeUndefined();
  }
});

it('takes nothing that is signed for another purpose', () => {
  const payload = Buffer.from(JSON.stringify({ ...claims, a: 'login' })).toString('base64url');
  const signature = createHmac('sha256', 'secret').update(payload).digest('base64url');
  expect(readAck(`${payload}.${signature}`, 'secret')).toBeUndefined();
});
