import { HttpException, HttpStatus } from '@nestjs/common';
import { LIMITS } from '@tocsin/shared';
import express, { type Request } from 'express';
import { ApiException } from '../../http/api-exception.js';
import { isJson } from '../../http/is-json.js';

/** Paths whose bodies are read here, once it is known who sends them, and not for every visitor. */
const PATHS = /^\/(api\/v1\/)?data\/?(\?|$)/i;

export const isData = (request: { url?: string }): boolean => PATHS.test(request.url ?? '');

/** What was posted, and how long it was in bytes, unpacked. */
export interface DataBody {
  value: unknown;
  bytes: number;
}

/** How long the body of a request may turn out to be, in bytes, before any of it is read. */
export function longestBody({ headers }: Request): number {
  const length = headers['content-encoding'] === undefined ? Number(headers['content-length']) : NaN;
  return Math.min(LIMITS.messageBytes, Number.isNaN(length) ? Infinity : length);
}

/**
 * The JSON of a request, also a packed one (`Content-Encoding: gzip`).
 * @throws HttpException 400 when it is no JSON, 413 when it is longer than a message may be, 415
 */
export async function readBody(request: Request): Promise<DataBody> {
  if (!isJson(request)) {
    throw new ApiException(
      HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      'unsupported_media_type',
      'Send JSON, and say so in the header "Content-Type: application/json".',
    );
  }
  let bytes = 0;
  const parse = express.json({
    limit: LIMITS.messageBytes,
    type: () => true,
    verify: (_request, _response, body) => void (bytes = body.length),
  });
  await new Promise<void>((resolve, reject) => {
    parse(request, request.res!, (error?: unknown) =>
      error === undefined ? resolve() : reject(asHttp(error)),
    );
  });
  if (bytes === 0) {
    throw new ApiException(HttpStatus.BAD_REQUEST, 'invalid', 'There is no body.');
  }
  return { value: request.body, bytes };
}

/** As Nest does it for parsers that stand before all routes. */
function asHttp(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error)) return error;
  return new HttpException(error.message, Number(error.status), { cause: error });
}
