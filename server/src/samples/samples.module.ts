import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { OpenExports } from './export/open-exports.js';
import { RawMinutes } from './export/raw-minutes.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { BatchService } from './queries/batch.service.js';
import { HistoryReads } from './queries/history-reads.js';
import { ForecastService } from './retention/forecast.service.js';
import { PruneService } from './retention/prune.service.js';
import { RetentionController } from './retention/retention.controller.js';
import { RetentionService } from './retention/retention.service.js';
import { SamplesService } from './samples.service.js';
import { RollUpService } from './tiers/roll-up.service.js';

const SERVICES = [
  ...[SamplesService, RollUpService],
  ...[HistoryService, HistoryReads, BatchService],
  ...[ExportService, OpenExports, RawMinutes],
  ...[RetentionService, PruneService, ForecastService],
];

@Module({
  imports: [HostsModule, TenantsModule],
  controllers: [HistoryController, ExportController, RetentionController],
  providers: SERVICES,
  exports: SERVICES,
})
export class SamplesModule {}
