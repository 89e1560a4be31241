import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import express, { type Request, type RequestHandler, type Response } from 'express';

/** Paths of the hub itself, in which case does not count: an unknown one there is an error, not a page. */
const NOT_PAGES = /^\/(api|data|history|health|socket\.io)(\/|$)/i;
/** Vite puts a hash of the content into these names. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

/** Where the PWA is built in the repository, seen from `server/src/web` and from `server/dist/web`. */
const BUILT_BESIDE = resolve(import.meta.dirname, '../../../pwa/dist');

/**
 * Files of the built PWA, and its one page for every path that a person may open or reload. A hub without
 * a PWA still serves agents and the API.
 */
export function servePwa(folder = BUILT_BESIDE): RequestHandler[] {
  if (!existsSync(join(folder, 'index.html'))) {
    new Logger('Web').warn(`No PWA in ${folder}: build it with "npm run build".`);
    return [];
  }
  const files = express.static(folder, { index: false, redirect: false, setHeaders: cacheByName });
  const page: RequestHandler = (request, response, next) => {
    if (!isPage(request)) return next();
    response.set('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: folder }, next);
  };
  return [files, page];
}

function cacheByName(response: Response, path: string): void {
  response.set('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** A name with an extension is a file: a script that is gone must not be answered with a page. */
const isPage = ({ method, path }: Request): boolean =>
  (method === 'GET' || method === 'HEAD') && !NOT_PAGES.test(path) && !/\.\w+$/.test(path);
