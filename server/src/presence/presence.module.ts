import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { PresenceService } from './presence.service.js';

@Module({ imports: [HostsModule], providers: [PresenceService], exports: [PresenceService] })
export class PresenceModule {}
