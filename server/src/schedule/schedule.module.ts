import { Module } from '@nestjs/common';
import { ScheduleModule as NestScheduleModule } from '@nestjs/schedule';
import { AlertingModule } from '../alerting/alerting.module.js';
import { LiveModule } from '../live/live.module.js';
import { IngestModule } from '../ingest/ingest.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { ScheduleService } from './schedule.service.js';

@Module({
  imports: [
    NestScheduleModule.forRoot(),
    AlertingModule,
    IngestModule,
    LiveModule,
    NotificationsModule,
    PresenceModule,
    SamplesModule,
  ],
  providers: [ScheduleService],
})
export class ScheduleModule {}
