import { randomBytes } from 'node:crypto';
import mongoose, { type Connection } from 'mongoose';
import { inject } from 'vitest';

/** A fresh database on the real mongod of this test run, and how to drop it. */
export async function freshDatabase(): Promise<{
  uri: string;
  connection: Connection;
  drop: () => Promise<void>;
}> {
  const url = new URL(inject('mongoUri'));
  url.pathname = `/spec-${randomBytes(6).toString('hex')}`;
  const uri = url.toString();
  const connection = await mongoose.createConnection(uri).asPromise();
  return {
    uri,
    connection,
    drop: async () => {
      await connection.dropDatabase();
      await connection.close();
    },
  };
}
