import { parseCookie } from 'cookie';
import type { CookieOptions, Request, Response } from 'express';
import type { Config } from '../config/config.js';

export const REFRESH_COOKIE = 'tocsin_refresh';
const DAY_MS = 86_400_000;

export const readRefreshCookie = (request: Request): string | undefined =>
  parseCookie(request.headers.cookie ?? '')[REFRESH_COOKIE];

export function setRefreshCookie(response: Response, token: string, config: Config): void {
  response.cookie(REFRESH_COOKIE, token, {
    ...attributes(config),
    maxAge: config.refreshTtlDays * DAY_MS,
  });
}

export function clearRefreshCookie(response: Response, config: Config): void {
  response.clearCookie(REFRESH_COOKIE, attributes(config));
}

/** No script can read it, no other site can make a browser send it, and only these routes get it. */
const attributes = ({ publicUrl }: Config): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  secure: publicUrl.startsWith('https:'),
  path: '/api/v1/auth',
});
