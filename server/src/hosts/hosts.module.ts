import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { HostKeyEntry, HostKeyEntrySchema } from './host-key.schema.js';
import { HostKeysController } from './host-keys.controller.js';
import { HostKeysService } from './host-keys.service.js';
import { Host, HostSchema } from './host.schema.js';
import { HostsController } from './hosts.controller.js';
import { HostsService } from './hosts.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Host.name, schema: HostSchema },
      { name: HostKeyEntry.name, schema: HostKeyEntrySchema },
    ]),
  ],
  controllers: [HostsController, HostKeysController],
  providers: [HostsService, HostKeysService],
  exports: [HostsService, HostKeysService],
})
export class HostsModule {}
