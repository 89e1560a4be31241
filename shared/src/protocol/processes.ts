import Type from 'typebox';
import { LIMITS } from './limits.js';

const strict = { additionalProperties: false } as const;

/** One process. Its arguments are not told: they may hold passwords. */
export const ProcessReading = Type.Object(
  {
    pid: Type.Integer({ minimum: 1, maximum: 2 ** 31 }),
    /** Name of the program, as the kernel shortens it. */
    name: Type.String({ minLength: 1, maxLength: 64 }),
    user: Type.String({ minLength: 1, maxLength: 64 }),
    /** Percent of all cores together. */
    cpu: Type.Number({ minimum: 0, maximum: 100 }),
    /** Resident memory in bytes. */
    memory: Type.Number({ minimum: 0, maximum: 2 ** 50 }),
  },
  strict,
);
export type ProcessReading = Type.Static<typeof ProcessReading>;

/** The busiest and the largest processes of a host at one moment, the first of each first. */
export const ProcessList = Type.Object(
  {
    /** UTC ms. */
    t: Type.Integer({ minimum: 0, maximum: 8.64e15 }),
    byCpu: Type.Array(ProcessReading, { maxItems: LIMITS.processes }),
    byMemory: Type.Array(ProcessReading, { maxItems: LIMITS.processes }),
  },
  strict,
);
export type ProcessList = Type.Static<typeof ProcessList>;
