import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { apiErrorOf } from './api-error.js';
import { ApiException } from './api-exception.js';

/** Answers everything that goes wrong with an `ApiError`; what is the hub's own fault goes into the log. */
@Catch()
export class ApiErrorFilter implements ExceptionFilter {
  readonly #logger = new Logger(ApiErrorFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const { status, body } = apiErrorOf(thrown);
    if (body.code === 'internal')
      this.#logger.error(thrown instanceof Error ? thrown : new Error(String(thrown)));
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return void response.end();
    if (thrown instanceof ApiException && thrown.retryAfterSeconds !== undefined) {
      response.set('Retry-After', String(thrown.retryAfterSeconds));
    }
    response.status(status).json(body);
  }
}
