import mongoose from 'mongoose';
import { restore } from '../../src/backup/restore.js';

/** Restores a file into a database that is not empty; says when each collection is loaded. */
const [uri, file] = process.argv.slice(2);
const connection = await mongoose.createConnection(uri!).asPromise();
await restore(connection, file!, {
  replace: true,
  loaded: ({ collection }) => void process.send!({ loaded: collection }),
});
await connection.close();
process.disconnect();
