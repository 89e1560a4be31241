import { Module } from '@nestjs/common';
import { SamplesModule } from '../samples/samples.module.js';
import { AuditExport } from './audit-export.js';
import { AuditLogModule } from './audit-log.module.js';
import { AuditController } from './audit.controller.js';

@Module({
  imports: [AuditLogModule, SamplesModule],
  controllers: [AuditController],
  providers: [AuditExport],
})
export class AuditModule {}
