import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { EvaluationService } from '../alerting/evaluation/evaluation.service.js';

/** Everything that the hub does by the clock, in one place. */
@Injectable()
export class ScheduleService {
  constructor(private readonly evaluation: EvaluationService) {}

  @Interval(1_000)
  letAlertsWait(): void {
    this.evaluation.tick(Date.now());
  }
}
