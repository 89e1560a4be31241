import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditLogModule } from '../audit/audit-log.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChannelSchema, StoredChannel } from './channels/channel.schema.js';
import { ChannelWays } from './channels/channel-ways.js';
import { ChannelTester } from './channels/channel-tester.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ChannelsService } from './channels/channels.service.js';
import { Senders, SENDERS } from './channels/senders.js';
import { AddressBook } from './delivery/address-book.js';
import { Deliverer } from './delivery/deliverer.js';
import { DeliveryStore } from './delivery/delivery-store.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { DeliverySchema, StoredDelivery } from './delivery/delivery.schema.js';
import { Ways } from './delivery/ways.js';
import { DeviceSchema, StoredDevice } from './push/device.schema.js';
import { DevicesController } from './push/devices.controller.js';
import { DeviceTester } from './push/device-tester.js';
import { DevicesService } from './push/devices.service.js';
import { PushAckService } from './push/push-ack.service.js';
import { PushController } from './push/push.controller.js';
import { PushWays } from './push/push-ways.js';
import { VapidKeys } from './push/vapid-keys.js';
import { Outgoing } from './outgoing/outgoing.js';
import { NotificationSchema, StoredNotification } from './outbox/notification.schema.js';
import { NotificationsController } from './outbox/notifications.controller.js';
import { Outbox } from './outbox/outbox.js';
import { RouteSchema, StoredRoute } from './routing/route.schema.js';
import { RouteStore } from './routing/route-store.js';
import { RoutingService } from './routing/routing.service.js';

@Module({
  imports: [
    AlertingModule,
    AuditLogModule,
    AuthModule,
    HostsModule,
    TenantsModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: StoredRoute.name, schema: RouteSchema },
      { name: StoredNotification.name, schema: NotificationSchema },
      { name: StoredDelivery.name, schema: DeliverySchema },
      { name: StoredDevice.name, schema: DeviceSchema },
      { name: StoredChannel.name, schema: ChannelSchema },
    ]),
  ],
  controllers: [NotificationsController, ChannelsController, PushController, DevicesController],
  providers: [
    ...[RouteStore, RoutingService],
    ...[Outbox, AddressBook, DeliveryStore, Deliverer, DeliveryWorker],
    ...[Ways, Outgoing, ...SENDERS, Senders, ChannelsService, ChannelWays, ChannelTester],
    ...[VapidKeys, DevicesService, PushWays, DeviceTester, PushAckService],
  ],
  exports: [Outbox, RoutingService, DeliveryWorker],
})
export class NotificationsModule {}
