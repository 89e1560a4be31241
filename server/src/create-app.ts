import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { ApiErrorFilter } from './http/api-error.filter.js';
import { isJson } from './http/is-json.js';
import { isCompressible } from './http/is-compressible.js';
import { HubIoAdapter } from './http/hub-io.adapter.js';
import { securityHeaders } from './http/security-headers.js';
import { isData } from './ingest/data/data-body.js';
import { AGENT_PATH, serveAgent } from './web/serve-agent.js';
import { INSTALL_SCRIPT_PATH, serveInstallScript } from './web/serve-install-script.js';
import { PACKAGES_PATH, servePackages } from './web/serve-packages.js';
import { servePwa } from './web/serve-pwa.js';

const JSON_BODY_LIMIT = '256kb';

/** The hub as it is served, but not listening yet. `config.mongodbUri` must be set. */
export async function createApp(config: Config, logger: LoggerService): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.of(config), {
    logger,
    // The caller reports what went wrong and ends MongoDB; Nest would end the process.
    abortOnError: false,
    bodyParser: false,
    // Browsers keep connections open; the hub does not wait for them when it stops.
    forceCloseConnections: true,
  });
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.use(helmet(securityHeaders(config.publicUrl)));
  app.use(compression({ filter: isCompressible }));
  app.use(AGENT_PATH, serveAgent);
  app.use(INSTALL_SCRIPT_PATH, serveInstallScript(config.publicUrl));
  app.use(PACKAGES_PATH, servePackages(config.packagesDir));
  for (const handler of servePwa(config.pwaDir)) app.use(handler);
  app.useBodyParser('json', {
    limit: JSON_BODY_LIMIT,
    type: (request) => !isData(request) && isJson(request),
  });
  app.useGlobalFilters(new ApiErrorFilter());
  app.useWebSocketAdapter(new HubIoAdapter(app));
  return app;
}
