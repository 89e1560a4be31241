import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChannelSchema, StoredChannel } from './channels/channel.schema.js';
import { ChannelTester } from './channels/channel-tester.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ChannelsService } from './channels/channels.service.js';
import { Senders, SENDERS } from './channels/senders.js';
import { AddressBook } from './delivery/address-book.js';
import { Deliverer } from './delivery/deliverer.js';
import { DeliveryStore } from './delivery/delivery-store.js';
import { DeliveryWorker } from './delivery/delivery-worker.js';
import { DeliverySchema, StoredDelivery } from './delivery/delivery.schema.js';
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
    HostsModule,
    TenantsModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: StoredRoute.name, schema: RouteSchema },
      { name: StoredNotification.name, schema: NotificationSchema },
      { name: StoredDelivery.name, schema: DeliverySchema },
      { name: StoredChannel.name, schema: ChannelSchema },
    ]),
  ],
  controllers: [NotificationsController, ChannelsController],
  providers: [
    ...[RouteStore, RoutingService],
    ...[Outbox, AddressBook, DeliveryStore, Deliverer, DeliveryWorker],
    ...[Outgoing, ...SENDERS, Senders, ChannelsService, ChannelTester],
  ],
  exports: [Outbox, RoutingService, DeliveryWorker],
})
export class NotificationsModule {}
