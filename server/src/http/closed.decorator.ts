import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Response } from 'express';
import { ApiException } from './api-exception.js';

/** What nobody is there to read; nginx's number for it. */
const CLIENT_CLOSED_REQUEST = 499;

/**
 * Tells when the client has gone, so that nothing more is done for it: `@Closed() closed: AbortSignal`.
 * Its reason is an `ApiException`, which is not taken for a fault of the hub.
 */
export const Closed = createParamDecorator((_data: unknown, context: ExecutionContext): AbortSignal => {
  const response = context.switchToHttp().getResponse<Response>();
  const closed = new AbortController();
  const end = () =>
    closed.abort(
      new ApiException(CLIENT_CLOSED_REQUEST, 'closed', 'The request was closed before it was answered.'),
    );
  if (response.closed) end();
  else response.once('close', end);
  return closed.signal;
});
