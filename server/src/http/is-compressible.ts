import compression from 'compression';
import type { Request, Response } from 'express';

const NDJSON = /^application\/x-ndjson\b/;

/** What is worth being compressed: also lines of JSON, whose type is in no list. */
export const isCompressible = (request: Request, response: Response): boolean =>
  NDJSON.test(String(response.getHeader('Content-Type'))) || compression.filter(request, response);
