import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { type NotificationPage, NotificationsQuery } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { Outbox } from './outbox.js';

@Controller('api/v1/notifications')
export class NotificationsController {
  constructor(private readonly outbox: Outbox) {}

  @Get()
  @RequirePermission('notifications:read')
  list(
    @CurrentUser() { tenantId }: Identity,
    @Query(new Valid(NotificationsQuery)) query: NotificationsQuery,
  ): Promise<NotificationPage> {
    return this.outbox.page(tenantId, query);
  }

  /** What of it was given up goes out once more. */
  @Post(':id/resend')
  @HttpCode(202)
  @RequirePermission('notifications:write')
  resend(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    return this.outbox.again(tenantId, id, Date.now());
  }
}
