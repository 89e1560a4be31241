import { HttpStatus } from '@nestjs/common';
import type { Fault } from '@tocsin/shared';
import { ApiException } from './api-exception.js';

/** The refusal of an input that is not as it should be, with the field at fault. */
export const invalid = ({ field, message }: Fault): ApiException =>
  new ApiException(
    HttpStatus.BAD_REQUEST,
    'invalid',
    `${field === '' ? 'The input' : field.slice(1).replaceAll('/', '.')} ${message}.`,
    field || undefined,
  );
