import { join } from 'node:path';
import express, { type Request, type RequestHandler, type Response } from 'express';

/** Paths of the hub itself: an unknown one there is an error, not a page. */
const NOT_PAGES = /^\/(api|history|health|socket\.io)(\/|$)/;
/** Vite puts a hash of the content into these names. */
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+$/;

/** Files of the built PWA, and its one page for every path that a person may open or reload. */
export function servePwa(folder: string): RequestHandler[] {
  const files = express.static(folder, { index: false, redirect: false, setHeaders: cacheByName });
  const page: RequestHandler = (request, response, next) => {
    if (!isPage(request)) return next();
    response.set('Cache-Control', 'no-cache');
    response.sendFile(join(folder, 'index.html'), next);
  };
  return [files, page];
}

function cacheByName(response: Response, path: string): void {
  response.set('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** A name with an extension is a file: a script that is gone must not be answered with a page. */
const isPage = ({ method, path }: Request): boolean =>
  (method === 'GET' || method === 'HEAD') && !NOT_PAGES.test(path) && !/\.\w+$/.test(path);
