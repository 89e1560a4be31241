import { Body, Controller, Delete, Get, Headers, HttpCode, Ip, Param, Post } from '@nestjs/common';
import {
  type ChannelTest,
  type Device,
  NewDevice,
  type PushAcknowledged,
  type PushKey,
} from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { Public } from '../../access/public.decorator.js';
import { SignedIn } from '../../access/signed-in.decorator.js';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { DeviceTester } from './device-tester.js';
import { DevicesService } from './devices.service.js';
import { PushAckService } from './push-ack.service.js';
import { VapidKeys } from './vapid-keys.js';

/** Web Push: a person's devices, and what is pressed in their notifications. */
@Controller('api/v1')
export class PushController {
  constructor(
    private readonly devices: DevicesService,
    private readonly tester: DeviceTester,
    private readonly keys: VapidKeys,
    private readonly acks: PushAckService,
  ) {}

  @Get('push/key')
  @SignedIn()
  async key(): Promise<PushKey> {
    return { key: (await this.keys.pair()).publicKey };
  }

  /** Takes no session: whoever holds the notification may acknowledge what it is about, and nothing else. */
  @NotAudited('It writes its own entry, of the person that the token names.')
  @Post('push/ack')
  @HttpCode(200)
  @Public()
  acknowledge(
    @Headers('authorization') header: string | undefined,
    @Ip() address: string,
  ): Promise<PushAcknowledged> {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? '';
    return this.acks.acknowledge(token, address, Date.now());
  }

  @Get('me/devices')
  @SignedIn()
  list(@CurrentUser() { tenantId, userId }: Identity): Promise<Device[]> {
    return this.devices.list(tenantId, userId);
  }

  /** Once, and then each time that the app is opened there. */
  @NotAudited('It comes each time that the app is opened; the list of devices says when.')
  @Post('me/devices')
  @HttpCode(200)
  @SignedIn()
  save(
    @CurrentUser() { tenantId, userId }: Identity,
    @Body(new Valid(NewDevice)) device: NewDevice,
  ): Promise<Device> {
    return this.devices.save(tenantId, userId, device, Date.now());
  }

  @Delete('me/devices/:id')
  @HttpCode(204)
  @SignedIn()
  remove(@CurrentUser() { tenantId, userId }: Identity, @Param('id') id: string): Promise<void> {
    return this.devices.remove(tenantId, userId, id);
  }

  @NotAudited('It changes nothing.')
  @Post('me/devices/:id/test')
  @HttpCode(200)
  @SignedIn()
  test(@CurrentUser() { tenantId, userId }: Identity, @Param('id') id: string): Promise<ChannelTest> {
    return this.tester.test(tenantId, userId, id);
  }
}
