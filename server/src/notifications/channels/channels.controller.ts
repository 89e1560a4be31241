import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { type Channel, ChannelInput, type ChannelTest } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { RequirePermission } from '../../access/require-permission.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { ChannelTester } from './channel-tester.js';
import { ChannelsService } from './channels.service.js';

@Controller('api/v1/channels')
export class ChannelsController {
  constructor(
    private readonly channels: ChannelsService,
    private readonly tester: ChannelTester,
  ) {}

  @Get()
  @RequirePermission('channels:read')
  list(@CurrentUser() { tenantId }: Identity): Promise<Channel[]> {
    return this.channels.list(tenantId);
  }

  @Post()
  @RequirePermission('channels:write')
  create(
    @CurrentUser() { tenantId }: Identity,
    @Body(new Valid(ChannelInput)) input: ChannelInput,
  ): Promise<Channel> {
    return this.channels.create(tenantId, input);
  }

  /** All settings anew; secret ones that are left out stay as they are. */
  @Put(':id')
  @RequirePermission('channels:write')
  replace(
    @CurrentUser() { tenantId }: Identity,
    @Param('id') id: string,
    @Body(new Valid(ChannelInput)) input: ChannelInput,
  ): Promise<Channel> {
    return this.channels.replace(tenantId, id, input);
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('channels:write')
  remove(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<void> {
    return this.channels.remove(tenantId, id);
  }

  /** Sends a message that says that it is a test, and waits for what becomes of it. */
  @Post(':id/test')
  @HttpCode(200)
  @RequirePermission('channels:write')
  test(@CurrentUser() { tenantId }: Identity, @Param('id') id: string): Promise<ChannelTest> {
    return this.tester.test(tenantId, id);
  }
}
