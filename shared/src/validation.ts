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

/**
 * So many items or fields of one thing are looked at for faults, and so deep, which is more than any of our
 * schemas allows: to find a fault takes a thousand times as long as to find that there is one.
 */
const LOOKED_AT = 1_100;
const DEPTH = 10;

/** The same input without what stands behind that. */
function shortened(input: unknown, depth = DEPTH): unknown {
  if (depth === 0 || typeof input !== 'object' || input === null) return input;
  if (Array.isArray(input)) return input.slice(0, LOOKED_AT).map((item) => shortened(item, depth - 1));
  if (Object.getPrototypeOf(input) !== Object.prototype) return input;
  const fields: [string, unknown][] = [];
  for (const name of Object.keys(input).slice(0, LOOKED_AT)) {
    fields.push([name, shortened((input as Record<string, unknown>)[name], depth - 1)]);
  }
  return Object.fromEntries(fields);
}

/** Compiles a schema once; the types and the checks of every edge come from the same schema. */
export function checkFor<Schema extends TSchema>(schema: Schema): Check<Static<Schema>> {
  const validator = Compile(schema);
  return {
    accepts: (input): input is Static<Schema> => validator.Check(input),
    fault: (input) => {
      const errors = validator.Errors(shortened(input));
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
