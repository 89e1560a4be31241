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

  constructor(readonly schema: Schema) {
    this.#check = checkFor(schema);
  }

  transform(input: unknown, { type }: Pick<ArgumentMetadata, 'type'>): Static<Schema> {
    // Whoever sends no body says nothing, which may be enough.
    const given = type === 'body' && input === undefined ? {} : input;
    const value = type === 'query' ? fromQuery(this.schema, given) : given;
    if (this.#check.accepts(value)) return value;
    throw invalid(this.#check.fault(value));
  }
}
