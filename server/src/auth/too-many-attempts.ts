import { HttpStatus } from '@nestjs/common';
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

function inWords(seconds: number): string {
  if (seconds < 90) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
