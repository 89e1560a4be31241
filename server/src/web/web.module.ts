import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Logger, type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { Config } from '../config/config.js';
import { servePwa } from './serve-pwa.js';

/** Where the PWA is built in the repository, seen from `server/src/web` and from `server/dist/web`. */
const BUILT_BESIDE = resolve(import.meta.dirname, '../../../pwa/dist');

/** Serves the built PWA. A hub without one still serves agents and the API. */
@Module({})
export class WebModule implements NestModule {
  constructor(private readonly config: Config) {}

  configure(consumer: MiddlewareConsumer): void {
    const folder = this.config.pwaDir ?? BUILT_BESIDE;
    // Bound to a method, the middleware sees the whole path; without one Nest mounts it and cuts the path off.
    const everyPath = { path: '{*path}', method: RequestMethod.GET };
    if (existsSync(join(folder, 'index.html'))) consumer.apply(...servePwa(folder)).forRoutes(everyPath);
    else new Logger(WebModule.name).warn(`No PWA in ${folder}: build it with "npm run build".`);
  }
}
