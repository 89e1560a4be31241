import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';
import { LiveSockets } from '../live/live-sockets.js';

/** Everything that the hub does by the clock, in one place. */
@Injectable()
export class ScheduleService {
  constructor(
    private readonly evaluation: EvaluationService,
    private readonly live: LiveSockets,
  ) {}

  @Interval(1_000)
  letAlertsWait(): void {
    this.evaluation.tick(Date.now());
  }

  @Interval(1_000)
  endLiveConnections(): void {
    this.live.sweep(Date.now());
  }
}
