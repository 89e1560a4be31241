import type { EnrolRefusalCode } from '@tocsin/shared';

/** What decides whether a token lets a host in. */
export interface TokenState {
  uses: number;
  used: number;
  expiresAt: Date;
  revokedAt?: Date;
}

/** Why a token lets nobody in any more; undefined while it does. `now` is UTC ms. */
export function refusalOf(token: TokenState | null, now: number): EnrolRefusalCode | undefined {
  if (token === null) return 'unknown_token';
  if (token.revokedAt !== undefined) return 'revoked_token';
  if (token.expiresAt.getTime() <= now) return 'expired_token';
  return token.used >= token.uses ? 'used_up_token' : undefined;
}

/** For the person who enrols a host. */
export const REFUSAL_MESSAGES: Record<EnrolRefusalCode, string> = {
  unknown_token: 'The hub does not know this enrolment token. Check that it was copied whole.',
  expired_token: 'The enrolment token has expired. Make a new one in the hub.',
  used_up_token: 'As many hosts as it was made for have enrolled with this token. Make a new one in the hub.',
  revoked_token: 'The enrolment token was revoked. Make a new one in the hub.',
};
