/**
 * How long a token that was exchanged already is taken for a second tab, or for an answer that got lost,
 * in ms. After that it is taken for stolen.
 */
export const GRACE_MS = 10_000;
/** Tokens of one session that are valid at the same time, at most. */
export const SIBLINGS = 20;

/** One refresh token of a session, as stored. */
export interface RefreshToken {
  hash: string;
  /** UTC ms when it was exchanged for the next one; absent while it is valid. */
  retiredAt?: number;
}

/**
 * Exchanges the token with the hash `presented` for one with the hash `next`.
 *
 * Exchanging a valid token retires it and its siblings. A token that was retired just now gets a sibling
 * of its successor, because two tabs share one cookie and may present it at the same moment. Whoever
 * holds a stolen token and whoever it was stolen from cannot both go on: the next exchange of the one
 * retires the other's.
 *
 * @returns what the session's tokens are then, or null when the token was used before: of thief and
 * owner one is here, and nobody can tell which
 */
export function rotate(
  tokens: readonly RefreshToken[],
  presented: string,
  next: string,
  now: number,
): RefreshToken[] | null {
  const token = tokens.find(({ hash }) => hash === presented);
  if (token === undefined) return null;
  if (token.retiredAt === undefined) {
    const retired = tokens.map((each) => ({ ...each, retiredAt: each.retiredAt ?? now }));
    return [...retired.filter((each) => inGrace(each, now)), { hash: next }];
  }
  const siblings = tokens.filter(({ retiredAt }) => retiredAt === undefined).length;
  return inGrace(token, now) && siblings < SIBLINGS ? [...tokens, { hash: next }] : null;
}

const inGrace = ({ retiredAt = Infinity }: RefreshToken, now: number): boolean => now - retiredAt <= GRACE_MS;
