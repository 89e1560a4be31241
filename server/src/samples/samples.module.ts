import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { BatchService } from './queries/batch.service.js';
import { HistoryReads } from './queries/history-reads.js';
import { RetentionService } from './retention/retention.service.js';
import { SamplesService } from './samples.service.js';
import { RollUpService } from './tiers/roll-up.service.js';

@Module({
  imports: [HostsModule, TenantsModule],
  controllers: [HistoryController],
  providers: [SamplesService, HistoryService, HistoryReads, BatchService, RollUpService, RetentionService],
  exports: [SamplesService, HistoryService, RollUpService, RetentionService],
})
export class SamplesModule {}
