import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { type ChannelTest, type Device, NewDevice } from '@tocsin/shared';
import { CurrentUser } from '../../access/current-user.decorator.js';
import { SignedIn } from '../../access/signed-in.decorator.js';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import type { Identity } from '../../auth/access-tokens.js';
import { Valid } from '../../http/valid.js';
import { DeviceTester } from './device-tester.js';
import { DevicesService } from './devices.service.js';

/** The browsers of a person that take push messages. */
@Controller('api/v1/me/devices')
export class DevicesController {
  constructor(
    private readonly devices: DevicesService,
    private readonly tester: DeviceTester,
  ) {}

  @Get()
  @SignedIn()
  list(@CurrentUser() { tenantId, userId }: Identity): Promise<Device[]> {
    return this.devices.list(tenantId, userId);
  }

  /** Once, and then each time that the app is opened there. */
  @NotAudited('It comes each time that the app is opened; the list of devices says when.')
  @Post()
  @HttpCode(200)
  @SignedIn()
  save(
    @CurrentUser() { tenantId, userId }: Identity,
    @Body(new Valid(NewDevice)) device: NewDevice,
  ): Promise<Device> {
    return this.devices.save(tenantId, userId, device, Date.now());
  }

  @Delete(':id')
  @HttpCode(204)
  @SignedIn()
  remove(@CurrentUser() { tenantId, userId }: Identity, @Param('id') id: string): Promise<void> {
    return this.devices.remove(tenantId, userId, id);
  }

  @NotAudited('It changes nothing.')
  @Post(':id/test')
  @HttpCode(200)
  @SignedIn()
  test(@CurrentUser() { tenantId, userId }: Identity, @Param('id') id: string): Promise<ChannelTest> {
    return this.tester.test(tenantId, userId, id);
  }
}
