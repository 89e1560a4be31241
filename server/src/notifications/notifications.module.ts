import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AlertingModule } from '../alerting/alerting.module.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsersModule } from '../users/users.module.js';
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
    ]),
  ],
  controllers: [NotificationsController],
  providers: [RouteStore, Outbox, RoutingService],
  exports: [Outbox, RoutingService],
})
export class NotificationsModule {}
