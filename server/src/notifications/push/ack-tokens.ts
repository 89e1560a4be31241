import { createHmac, timingSafeEqual } from 'node:crypto';
import Type from 'typebox';
import { checkFor } from '@tocsin/shared';

/** So long a notification can acknowledge, in ms. */
export const ACK_TOKEN_MS = 24 * 3_600_000;

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });
const Claims = Type.Object(
  {
    /** What the token is for: nothing else. */
    a: Type.Literal('ack'),
    tenantId: Id,
    userId: Id,
    deviceId: Id,
    incidentIds: Type.Array(Id, { minItems: 1, maxItems: 20 }),
    /** UTC ms. */
    exp: Type.Integer(),
  },
  { additionalProperties: false },
);
export type AckClaims = Type.Static<typeof Claims>;
const check = checkFor(Claims);

const signatureOf = (payload: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(payload).digest();

/** A token that acknowledges these incidents for this person from this device, and can do nothing else. */
export function signAck(claims: Omit<AckClaims, 'a'>, secret: string): string {
  const payload = Buffer.from(JSON.stringify({ a: 'ack', ...claims } satisfies AckClaims)).toString(
    'base64url',
  );
  return `${payload}.${signatureOf(payload, secret).toString('base64url')}`;
}

/** What a token of ours says, expired or not; undefined for one that is not ours. */
export function readAck(token: string, secret: string): AckClaims | undefined {
  const [payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const expected = signatureOf(payload, secret);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return check.accepts(claims) ? claims : undefined;
}
