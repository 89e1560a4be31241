import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { HostWatchers } from './host-watchers.js';
import { LiveGateway } from './live.gateway.js';
import { LiveService } from './live.service.js';
import { LiveSockets } from './live-sockets.js';

@Module({
  imports: [AlertingModule, AuthModule, HostsModule],
  providers: [HostWatchers, LiveService, LiveSockets, LiveGateway],
  exports: [HostWatchers, LiveService, LiveSockets],
})
export class LiveModule {}
