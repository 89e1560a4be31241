import { Injectable } from '@nestjs/common';
import type { Way } from '../delivery/way.js';
import { ChannelsService } from './channels.service.js';
import { Senders } from './senders.js';

/** Channels as ways to somebody. */
@Injectable()
export class ChannelWays {
  constructor(
    private readonly channels: ChannelsService,
    private readonly senders: Senders,
  ) {}

  async open(tenantId: string, id: string): Promise<Way | string> {
    const channel = await this.channels.open(tenantId, id);
    if (channel === undefined) return 'This channel was deleted.';
    if (!channel.enabled) return `${channel.name} is turned off.`;
    const { kind, settings } = channel;
    const sender = this.senders.of(kind);
    return {
      send: (message) => sender.send(message, settings),
      ...(sender.edit && { edit: (receipt, message) => sender.edit!(receipt, message, settings) }),
      note: (at, error) => this.channels.note(tenantId, id, at, error),
    };
  }
}
