import { Injectable } from '@nestjs/common';
import type { ChannelTest } from '@tocsin/shared';
import { Config } from '../../config/config.js';
import { tryOut } from '../delivery/try-out.js';
import { ChannelWays } from './channel-ways.js';
import { ChannelsService } from './channels.service.js';

/** Sends a test message through a channel while somebody waits for it. */
@Injectable()
export class ChannelTester {
  constructor(
    private readonly channels: ChannelsService,
    private readonly ways: ChannelWays,
    private readonly config: Config,
  ) {}

  /** @throws ApiException `not_found` */
  async test(tenantId: string, id: string): Promise<ChannelTest> {
    await this.channels.one(tenantId, id);
    const way = await this.ways.open(tenantId, id);
    if (typeof way === 'string') return { sent: false, error: way };
    return tryOut(way, `${this.config.publicUrl}/channels`, Date.now());
  }
}
