import 'reflect-metadata';
import mongoose from 'mongoose';
import { Migrator } from '../../src/database/migrations/migrator.js';

/** Migrates the database as a hub does that starts on it. */
const connection = await mongoose.createConnection(process.argv[2]!).asPromise();
await new Migrator(connection, () => {}).run(new AbortController().signal);
await connection.close();
