import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import type { Config } from '../config/config.js';

/** MongoDB's own choice for a URI without one is `test`. */
const namesDatabase = (uri = ''): boolean => /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);

/** How everything of Tocsin talks to MongoDB. */
export const connectOptions = ({ mongodbUri }: Pick<Config, 'mongodbUri'>): ConnectOptions => ({
  ...(!namesDatabase(mongodbUri) && { dbName: 'tocsin' }),
  appName: 'tocsin',
  // Short enough that a request fails with a message before its sender gives up.
  serverSelectionTimeoutMS: 10_000,
  // How soon a MongoDB that came back is noticed; the driver's own 10 s is as long as an outage feels.
  heartbeatFrequencyMS: 1_000,
});

/** A connection beside the application's own. */
export const connect = (
  config: Pick<Config, 'mongodbUri'>,
  options: ConnectOptions = {},
): Promise<Connection> =>
  mongoose.createConnection(config.mongodbUri!, { ...connectOptions(config), ...options }).asPromise();
