import { HttpException } from '@nestjs/common';
import type { ApiError } from '@tocsin/shared';

/** A refusal with the code that programs branch on and the message that people read. */
export class ApiException extends HttpException {
  readonly body: ApiError;

  /** @param retryAfterSeconds when the same request may succeed, for the header `Retry-After` */
  constructor(
    status: number,
    code: string,
    message: string,
    field?: string,
    readonly retryAfterSeconds?: number,
  ) {
    const body: ApiError = field === undefined ? { code, message } : { code, message, field };
    super(body, status);
    this.body = body;
  }
}
