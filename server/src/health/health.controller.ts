import { Controller, Get, HttpStatus } from '@nestjs/common';
import { Public } from '../access/public.decorator.js';
import { ApiException } from '../http/api-exception.js';
import { MongodbWatch } from './mongodb-watch.js';
import { ReadinessService } from './readiness.service.js';

/** For the one who watches the watcher: a process manager, a load balancer, a container platform. */
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly mongodb: MongodbWatch,
  ) {}

  /** The process runs. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Agents and people can be served: MongoDB answers and the journal is replayed. */
  @Get('ready')
  async ready(): Promise<{ status: 'ready' }> {
    const reasons = this.readiness.reasons;
    if (reasons.length === 0 && !(await this.mongodb.answers())) reasons.push('MongoDB does not answer');
    if (reasons.length === 0) return { status: 'ready' };
    throw new ApiException(HttpStatus.SERVICE_UNAVAILABLE, 'not_ready', `Not ready: ${reasons.join(', ')}.`);
  }
}
