import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { SamplesService } from './samples.service.js';

@Module({
  imports: [HostsModule],
  controllers: [HistoryController],
  providers: [SamplesService, HistoryService],
  exports: [SamplesService, HistoryService],
})
export class SamplesModule {}
