import { HttpException, HttpStatus } from '@nestjs/common';
import type { ApiError } from '@tocsin/shared';
import { mongo } from 'mongoose';
import { ApiException } from './api-exception.js';

const CODES: Record<number, string> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  410: 'gone',
  413: 'too_large',
  415: 'unsupported_media_type',
  422: 'invalid',
  429: 'too_many_requests',
};

/** Faults that Express finds in a request before any of the hub's code runs, by their `type`. */
const PARSER_MESSAGES: Record<string, string> = {
  'entity.too.large': 'The body is too large.',
  'entity.parse.failed': 'The body is not valid JSON.',
  'encoding.unsupported': 'The body has an unknown content encoding.',
  'charset.unsupported': 'The body has an unknown character set.',
  'request.aborted': 'The request was aborted.',
  'request.size.invalid': 'The body is not as long as its Content-Length says.',
};

const INTERNAL: ApiError = {
  code: 'internal',
  message: 'The hub could not do this. Its log says why.',
};

/** What the driver throws while MongoDB is away. */
const OUTAGES = [mongo.MongoServerSelectionError, mongo.MongoNetworkError];
const UNAVAILABLE: ApiError = {
  code: 'unavailable',
  message: 'The database does not answer. Try again in a moment.',
};

/** What the caller gets to see of anything thrown: never more than was meant for it. */
export function apiErrorOf(thrown: unknown): { status: number; body: ApiError } {
  if (thrown instanceof ApiException) return { status: thrown.getStatus(), body: thrown.body };
  if (OUTAGES.some((kind) => thrown instanceof kind)) {
    return { status: HttpStatus.SERVICE_UNAVAILABLE, body: UNAVAILABLE };
  }
  if (!(thrown instanceof HttpException) || thrown.getStatus() >= 500) {
    return { status: HttpStatus.INTERNAL_SERVER_ERROR, body: INTERNAL };
  }
  const status = thrown.getStatus();
  return { status, body: { code: CODES[status] ?? 'invalid', message: messageOf(thrown) } };
}

/** Nest wraps what Express refuses and keeps its words, which may quote the request. */
function messageOf(thrown: HttpException): string {
  if (!(thrown.cause instanceof Error)) return thrown.message;
  const type = 'type' in thrown.cause ? String(thrown.cause.type) : '';
  return PARSER_MESSAGES[type] ?? 'The request is not valid.';
}
