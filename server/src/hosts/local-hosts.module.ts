import { Module } from '@nestjs/common';
import { TenantsModule } from '../tenants/tenants.module.js';
import { HostsModule } from './hosts.module.js';
import { LocalHostsService } from './local-hosts.service.js';

@Module({ imports: [HostsModule, TenantsModule], providers: [LocalHostsService] })
export class LocalHostsModule {}
