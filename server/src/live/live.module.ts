import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { SamplesModule } from '../samples/samples.module.js';
import { HostWatchers } from './host-watchers.js';
import { LiveGateway } from './live.gateway.js';
import { LiveService } from './live.service.js';
import { LiveSockets } from './live-sockets.js';
import { StoringWatch } from './storing-watch.js';

@Module({
  imports: [AlertingModule, AuthModule, HostsModule, SamplesModule],
  providers: [HostWatchers, LiveService, LiveSockets, LiveGateway, StoringWatch],
  exports: [HostWatchers, LiveService, LiveSockets, StoringWatch],
})
export class LiveModule {}
