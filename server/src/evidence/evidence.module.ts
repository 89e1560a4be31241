import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { ProcessesModule } from '../processes/processes.module.js';
import { EvidenceStore } from './evidence-store.js';
import { EvidenceController } from './evidence.controller.js';
import { EvidenceSchema, StoredEvidence } from './evidence.schema.js';
import { EvidenceService } from './evidence.service.js';
import { MetricBefore } from './metric-before.js';
import { SamplesModule } from '../samples/samples.module.js';

@Module({
  imports: [
    AlertingModule,
    HostsModule,
    ProcessesModule,
    SamplesModule,
    MongooseModule.forFeature([{ name: StoredEvidence.name, schema: EvidenceSchema }]),
  ],
  controllers: [EvidenceController],
  providers: [EvidenceService, EvidenceStore, MetricBefore],
})
export class EvidenceModule {}
