import { Module } from '@nestjs/common';
import { AlertingModule } from '../alerting/alerting.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { LiveGateway } from './live.gateway.js';
import { LiveService } from './live.service.js';
import { LiveSockets } from './live-sockets.js';

@Module({
  imports: [AlertingModule, AuthModule, HostsModule],
  providers: [LiveService, LiveSockets, LiveGateway],
  exports: [LiveService, LiveSockets],
})
export class LiveModule {}
