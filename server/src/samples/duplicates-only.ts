import { mongo } from 'mongoose';

const DUPLICATE_KEY = 11_000;

/**
 * Whether a bulk insert failed for no other reason than that some of its documents are there already: places of
 * these among all that were to be inserted. Undefined for any other failure. The driver calls a lost connection a
 * bulk error too, one that names no document: each one must be accounted for.
 * @param count how many documents were to be inserted, in no order
 */
export function storedAlready(error: unknown, count: number): number[] | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError)) return undefined;
  if (error.result.getWriteConcernError() !== undefined) return undefined;
  const refused = [error.writeErrors].flat();
  if (refused.some(({ code }) => code !== DUPLICATE_KEY)) return undefined;
  return error.insertedCount + refused.length === count ? refused.map(({ index }) => index) : undefined;
}
