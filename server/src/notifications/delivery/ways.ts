import { Injectable } from '@nestjs/common';
import type { ChannelKind } from '@tocsin/shared';
import type { Pace } from '../channels/channel-sender.js';
import { ChannelWays } from '../channels/channel-ways.js';
import { Senders } from '../channels/senders.js';
import { PUSH_PACE, PushWays } from '../push/push-ways.js';
import type { Way } from './way.js';

/** Finds the way to a target, `channel:…` or `device:…`. */
@Injectable()
export class Ways {
  constructor(
    private readonly channels: ChannelWays,
    private readonly senders: Senders,
    private readonly devices: PushWays,
  ) {}

  /** @returns why there is none, in words, when there is none */
  open(tenantId: string, target: string): Promise<Way | string> {
    const [kind, id] = target.split(':') as ['channel' | 'device', string];
    return kind === 'channel' ? this.channels.open(tenantId, id) : this.devices.open(tenantId, id);
  }

  paceOf(lane: string): Pace {
    const kind = lane.split(':')[0] as ChannelKind | 'push';
    return kind === 'push' ? PUSH_PACE : this.senders.of(kind).pace;
  }
}
