import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { type Check, checkFor } from '@tocsin/shared';
import type { Static, TSchema } from 'typebox';
import { fromQuery } from './from-query.js';
import { invalid } from './invalid.js';

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
    throw invalid(this.#check.fault(value));
  }
}
