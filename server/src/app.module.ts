import { type DynamicModule, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { AccessModule } from './access/access.module.js';
import { AlertingModule } from './alerting/alerting.module.js';
import { AuthModule } from './auth/auth.module.js';
import type { Config } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EnrolmentModule } from './enrolment/enrolment.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { AuditModule } from './audit/audit.module.js';
import { EvidenceModule } from './evidence/evidence.module.js';
import { HealthModule } from './health/health.module.js';
import { HostsModule } from './hosts/hosts.module.js';
import { LocalHostsModule } from './hosts/local-hosts.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { LiveModule } from './live/live.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PresenceModule } from './presence/presence.module.js';
import { ProcessesModule } from './processes/processes.module.js';
import { SamplesModule } from './samples/samples.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';
import { TimelineModule } from './timeline/timeline.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { UsersModule } from './users/users.module.js';

/** The whole hub. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        EventEmitterModule.forRoot(),
        DatabaseModule,
        HealthModule,
        TenantsModule,
        UsersModule,
        AuthModule,
        AccessModule,
        HostsModule,
        LocalHostsModule,
        EnrolmentModule,
        PresenceModule,
        SamplesModule,
        AlertingModule,
        NotificationsModule,
        LiveModule,
        IngestModule,
        ProcessesModule,
        AuditModule,
        OpenApiModule,
        EvidenceModule,
        TimelineModule,
        ScheduleModule,
      ],
    };
  }
}
