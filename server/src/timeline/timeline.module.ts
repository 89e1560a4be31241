import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { UsersModule } from '../users/users.module.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';

@Module({
  imports: [AlertingModule, NotificationsModule, UsersModule],
  controllers: [TimelineController],
  providers: [TimelineService],
})
export class TimelineModule {}
