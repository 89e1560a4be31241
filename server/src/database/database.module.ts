import { Global, Module } from '@nestjs/common';
import { MongooseModule, type MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import { Config } from '../config/config.js';
import { Leases } from './leases.js';

/** MongoDB's own choice for a URI without one is `test`. */
const namesDatabase = (uri = ''): boolean => /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(uri);

/** The one connection to MongoDB. `Config.mongodbUri` is set by then: given, or the embedded one's. */
@Global()
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config): MongooseModuleFactoryOptions => ({
        uri: config.mongodbUri,
        dbName: namesDatabase(config.mongodbUri) ? undefined : 'tocsin',
        appName: 'tocsin',
        // Short enough that a request fails with a message before its sender gives up.
        serverSelectionTimeoutMS: 10_000,
        // How soon a MongoDB that came back is noticed; the driver's own 10 s is as long as an outage feels.
        heartbeatFrequencyMS: 1_000,
        retryDelay: 1_000,
      }),
    }),
  ],
  providers: [Leases],
  exports: [Leases],
})
export class DatabaseModule {}
