import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditLogModule } from '../audit/audit-log.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { EnrolThrottle } from './enrol-throttle.js';
import { EnrolmentTokenSchema, StoredEnrolmentToken } from './enrolment-token.schema.js';
import { EnrolmentTokensController } from './enrolment-tokens.controller.js';
import { EnrolmentTokensService } from './enrolment-tokens.service.js';
import { EnrolmentController } from './enrolment.controller.js';
import { EnrolmentService } from './enrolment.service.js';

@Module({
  imports: [
    AuditLogModule,
    HostsModule,
    MongooseModule.forFeature([{ name: StoredEnrolmentToken.name, schema: EnrolmentTokenSchema }]),
  ],
  controllers: [EnrolmentController, EnrolmentTokensController],
  providers: [EnrolThrottle, EnrolmentService, EnrolmentTokensService],
})
export class EnrolmentModule {}
