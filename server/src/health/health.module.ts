import { Global, Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';
import { MongodbWatch } from './mongodb-watch.js';
import { ReadinessService } from './readiness.service.js';

/** Global, because whoever must not be reached too early holds readiness back. */
@Global()
@Module({
  controllers: [HealthController],
  providers: [ReadinessService, MongodbWatch],
  exports: [ReadinessService],
})
export class HealthModule {}
