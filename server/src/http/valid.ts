import { type ArgumentMetadata, HttpStatus, type PipeTransform } from '@nestjs/common';
import { type Check, checkFor, type Fault } from '@tocsin/shared';
import type { Static, TSchema } from 'typebox';
import { ApiException } from './api-exception.js';
import { fromQuery } from './from-query.js';

/**
 * Lets through what the schema accepts: `@Body(new Valid(CreateHost))`. Of a query string, which knows
 * only text, numbers and lists are read first.
 */
export class Valid<Schema extends TSchema> implements PipeTransform<unknown, Static<Schema>> {
  readonly #check: Check<Static<Schema>>;

  constructor(private readonly schema: Schema) {
    this.#check = checkFor(schema);
  }

  transform(input: unknown, { type }: Pick<ArgumentMetadata, 'type'>): Static<Schema> {
    const value = type === 'query' ? fromQuery(this.schema, input) : input;
    if (this.#check.accepts(value)) return value;
    const { field, message } = this.#check.fault(value);
    throw new ApiException(
      HttpStatus.BAD_REQUEST,
      'invalid',
      inWords({ field, message }),
      field || undefined,
    );
  }
}

const inWords = ({ field, message }: Fault): string =>
  `${field === '' ? 'The input' : field.slice(1).replaceAll('/', '.')} ${message}.`;
