import { Injectable } from '@nestjs/common';
import type { ChannelTest } from '@tocsin/shared';
import { Types } from 'mongoose';
import { Config } from '../../config/config.js';
import { ApiException } from '../../http/api-exception.js';
import { ChannelsService } from './channels.service.js';
import { Senders } from './senders.js';

/** Sends a test message through a channel while somebody waits for it. */
@Injectable()
export class ChannelTester {
  constructor(
    private readonly channels: ChannelsService,
    private readonly senders: Senders,
    private readonly config: Config,
  ) {}

  /** @throws ApiException `not_found` */
  async test(tenantId: string, id: string): Promise<ChannelTest> {
    await this.channels.one(tenantId, id);
    const channel = await this.channels.open(tenantId, id);
    if (channel === undefined) throw new ApiException(404, 'not_found', 'There is no such channel.');
    const now = Date.now();
    const message = {
      id: new Types.ObjectId().toHexString(),
      state: 'firing' as const,
      severity: 'info' as const,
      title: 'Test from Tocsin',
      lines: ['This is a test: nothing is wrong. Alerts will look like this.'],
      items: [],
      url: `${this.config.publicUrl}/policies`,
      now,
    };
    try {
      await this.senders.of(channel.kind).send(message, channel.settings);
    } catch (error) {
      const reason = (error as Error).message;
      await this.channels.note(tenantId, id, new Date(now), reason);
      return { sent: false, error: reason };
    }
    await this.channels.note(tenantId, id, new Date(now));
    return { sent: true };
  }
}
