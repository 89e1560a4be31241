import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { LiveModule } from '../live/live.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { AgentConfigsService } from './agent-configs.service.js';
import { AgentConnections } from './agent-connections.js';
import { AgentGateway } from './agent.gateway.js';
import { DataController } from './data/data.controller.js';
import { DataKeys } from './data/data-keys.js';
import { DataService } from './data/data.service.js';
import { IntakeService } from './intake.service.js';

@Module({
  imports: [AlertingModule, HostsModule, LiveModule, PresenceModule, SamplesModule],
  controllers: [DataController],
  providers: [DataKeys, DataService, AgentConfigsService, AgentConnections, AgentGateway, IntakeService],
  exports: [DataKeys, DataService, AgentConnections, AgentGateway],
})
export class IngestModule {}
