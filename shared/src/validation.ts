import type { TSchema, Static } from 'typebox';
import { Compile } from 'typebox/compile';

/** What is wrong with an input: the first fault, where it is and in words. */
export interface Fault {
  /** JSON pointer, empty for the input as a whole. */
  field: string;
  message: string;
}

export interface Check<T> {
  /** Costs about a microsecond for a frame; nothing is copied. */
  accepts: (input: unknown) => input is T;
  /** Why an input was not accepted. */
  fault: (input: unknown) => Fault;
}

/** Compiles a schema once; the types and the checks of every edge come from the same schema. */
export function checkFor<Schema extends TSchema>(schema: Schema): Check<Static<Schema>> {
  const validator = Compile(schema);
  return {
    accepts: (input): input is Static<Schema> => validator.Check(input),
    fault: (input) => {
      const errors = validator.Errors(input);
      const unknown = errors.find((error) => error.keyword === 'boolean');
      const error = unknown ?? errors.find((e) => e.instancePath !== '') ?? errors[0];
      if (error === undefined) return { field: '', message: 'is not valid' };
      if (error === unknown) return { field: error.instancePath, message: 'is not a known field' };
      const missing = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined;
      if (missing !== undefined) return { field: `${error.instancePath}/${missing}`, message: 'is missing' };
      if (error.keyword === 'enum') {
        return {
          field: error.instancePath,
          message: `must be one of ${error.params.allowedValues.join(', ')}`,
        };
      }
      return { field: error.instancePath, message: error.message };
    },
  };
}
