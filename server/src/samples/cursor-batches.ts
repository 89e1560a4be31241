import type { mongo } from 'mongoose';

/** The documents as they come from MongoDB, many at a time: to wait for each of half a million takes seconds. */
export async function* batchesOf<T>(cursor: mongo.FindCursor<T>): AsyncGenerator<T[]> {
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments();
  } finally {
    await cursor.close();
  }
}
