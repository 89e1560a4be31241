import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { IngestModule } from '../ingest/ingest.module.js';
import { LiveModule } from '../live/live.module.js';
import { ProcessesGateway } from './processes.gateway.js';
import { ProcessesService } from './processes.service.js';

@Module({
  imports: [HostsModule, IngestModule, LiveModule],
  providers: [ProcessesGateway, ProcessesService],
  exports: [ProcessesService],
})
export class ProcessesModule {}
