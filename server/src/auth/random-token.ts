import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as 43 characters of base64url. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a random token: nothing that it could be found from. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Takes as long for a near miss as for a far one. */
export const isTokenOf = (token: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hashOfToken(token)), Buffer.from(hash));
