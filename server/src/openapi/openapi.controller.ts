import { Controller, Get, Header, type Type as Class } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Public } from '../access/public.decorator.js';
import { hubVersion } from '../version.js';
import { describeApi } from './describe-api.js';
import { routesOf } from './routes.js';

/** What can be asked of this hub, for programs that make clients of it. It says nothing of what is stored. */
@Controller('api/v1/openapi.json')
export class OpenApiController {
  #description?: ReturnType<typeof describeApi>;

  constructor(private readonly discovery: DiscoveryService) {}

  @Get()
  @Public()
  @Header('Cache-Control', 'public, max-age=300')
  get(): ReturnType<typeof describeApi> {
    return (this.#description ??= describeApi(
      this.discovery
        .getControllers()
        .flatMap(({ metatype }) => (metatype ? routesOf(metatype as Class) : [])),
      hubVersion(),
    ));
  }
}
