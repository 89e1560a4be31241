import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { LiveModule } from '../live/live.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { AgentGateway } from './agent.gateway.js';
import { IntakeService } from './intake.service.js';

@Module({
  imports: [AlertingModule, HostsModule, LiveModule, PresenceModule, SamplesModule],
  providers: [AgentGateway, IntakeService],
  exports: [AgentGateway],
})
export class IngestModule {}
