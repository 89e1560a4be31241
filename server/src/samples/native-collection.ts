import type { Connection, mongo } from 'mongoose';

/** A collection of the driver itself, for what is too frequent for Mongoose. The connection must be open. */
export function nativeCollection<T extends mongo.Document>(
  { db }: Connection,
  name: string,
): mongo.Collection<T> {
  if (db === undefined) throw new Error(`the collection ${name} was asked for before MongoDB was connected`);
  return db.collection<T>(name);
}
