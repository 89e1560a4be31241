import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus } from '@nestjs/common';
import type { Response } from 'express';
import { ApiException } from '../http/api-exception.js';

export class TooManyAttempts extends ApiException {
  constructor(override readonly retryAfterSeconds: number) {
    super(
      HttpStatus.TOO_MANY_REQUESTS,
      'too_many_requests',
      `Too many attempts. Try again in ${inWords(retryAfterSeconds)}.`,
    );
  }
}

/** Answers 429 with `Retry-After`. */
@Catch(TooManyAttempts)
export class TooManyAttemptsFilter implements ExceptionFilter<TooManyAttempts> {
  catch(refusal: TooManyAttempts, host: ArgumentsHost): void {
    host
      .switchToHttp()
      .getResponse<Response>()
      .status(refusal.getStatus())
      .set('Retry-After', String(refusal.retryAfterSeconds))
      .json(refusal.body);
  }
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
