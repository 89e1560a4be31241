import { HttpStatus } from '@nestjs/common';
import { type Fault, LIMITS, type NothingStored, type RefusedFrame } from '@tocsin/shared';
import { ApiException } from '../../http/api-exception.js';
import { invalid } from '../message-checks.js';

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

export const notReady = () =>
  new ApiException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'unavailable',
    'The hub is starting or stopping. Send it again in a moment.',
    undefined,
    2,
  );

/** @param waitMs when as much as this would be taken */
export const tooFast = (waitMs: number, framesPerSecond: number) =>
  new ApiException(
    HttpStatus.TOO_MANY_REQUESTS,
    'too_many_requests',
    `More than the hub takes of one host: ${LIMITS.framesPerSecond} requests a second, and ${framesPerSecond} frames a second in batches.`,
    undefined,
    seconds(waitMs),
  );

/** Of a host that begins requests and does not end them. */
export const tooMuchAtOnce = () =>
  new ApiException(
    HttpStatus.TOO_MANY_REQUESTS,
    'too_many_requests',
    'Too much of this host is on its way already. Send less at the same time.',
    undefined,
    1,
  );

export const tooMuch = () =>
  new ApiException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'unavailable',
    'More waits to be stored than the hub can hold at the moment. Send it again later.',
    undefined,
    10,
  );

/** Of the past of this host, or of all: it is written within some seconds. */
export const tooMuchPast = () =>
  new ApiException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'unavailable',
    'More of the past waits to be stored than the hub can hold at the moment. Send it again in a moment.',
    undefined,
    2,
  );

export const notDurable = () =>
  new ApiException(
    HttpStatus.SERVICE_UNAVAILABLE,
    'unavailable',
    'The database did not store it in time. Send it again; nothing is stored twice.',
    undefined,
    10,
  );

export function notThis(fault: Fault): ApiException {
  const { field = '', message } = invalid(fault);
  const words = field === '' ? `The body ${fault.message}.` : message;
  return new ApiException(HttpStatus.BAD_REQUEST, 'invalid', words, field || undefined);
}

/** Every frame of the request was refused. */
export class NothingStoredException extends ApiException {
  override readonly body: NothingStored;

  constructor(refused: readonly RefusedFrame[]) {
    const { code, message, field } = refused[0]!;
    super(HttpStatus.BAD_REQUEST, code, message, field);
    this.body = { code, message, ...(field !== undefined && { field }), refused: [...refused] };
  }
}
