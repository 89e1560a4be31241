import { Injectable } from '@nestjs/common';
import type { ChannelTest } from '@tocsin/shared';
import { Config } from '../../config/config.js';
import { tryOut } from '../delivery/try-out.js';
import { DevicesService } from './devices.service.js';
import { PushWays } from './push-ways.js';

/** Sends a test message to a device while its owner waits for it. */
@Injectable()
export class DeviceTester {
  constructor(
    private readonly devices: DevicesService,
    private readonly ways: PushWays,
    private readonly config: Config,
  ) {}

  /** @throws ApiException `not_found` when it is not one of that person's */
  async test(tenantId: string, userId: string, id: string): Promise<ChannelTest> {
    await this.devices.ofPerson(tenantId, userId, id);
    const way = await this.ways.open(tenantId, id);
    if (typeof way === 'string') return { sent: false, error: way };
    return tryOut(way, `${this.config.publicUrl}/account`, Date.now());
  }
}
