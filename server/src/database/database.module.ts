import { Module } from '@nestjs/common';
import { MongooseModule, type MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import { Config } from '../config/config.js';

/** The one connection to MongoDB. `Config.mongodbUri` is set by then: given, or the embedded one's. */
@Module({
  imports: [
    MongooseModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config): MongooseModuleFactoryOptions => ({
        uri: config.mongodbUri,
        appName: 'tocsin',
        // Short enough that a request fails with a message before its sender gives up.
        serverSelectionTimeoutMS: 10_000,
        retryDelay: 1_000,
      }),
    }),
  ],
})
export class DatabaseModule {}
