import { Global, Module } from '@nestjs/common';
import { MongooseModule, type MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import { Config } from '../config/config.js';
import { connectOptions } from './connect.js';
import { Leases } from './leases.js';

/** The one connection to MongoDB. `Config.mongodbUri` is set by then: given, or the embedded one's. */
@Global()
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config): MongooseModuleFactoryOptions => ({
        uri: config.mongodbUri,
        ...connectOptions(config),
        retryDelay: 1_000,
      }),
    }),
  ],
  providers: [Leases],
  exports: [Leases],
})
export class DatabaseModule {}
