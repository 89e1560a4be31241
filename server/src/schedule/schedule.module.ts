import { Module } from '@nestjs/common';
import { ScheduleModule as NestScheduleModule } from '@nestjs/schedule';
import { AlertingModule } from '../alerting/alerting.module.js';
import { LiveModule } from '../live/live.module.js';
import { ScheduleService } from './schedule.service.js';

@Module({ imports: [NestScheduleModule.forRoot(), AlertingModule, LiveModule], providers: [ScheduleService] })
export class ScheduleModule {}
