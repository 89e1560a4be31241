import { Injectable } from '@nestjs/common';
import { ChannelsService } from '../channels/channels.service.js';
import { DevicesService } from '../push/devices.service.js';

/** One way to a recipient. */
export interface Address {
  target: string;
  name: string;
  lane: string;
}

/** Which ways there are to a recipient. */
@Injectable()
export class AddressBook {
  constructor(
    private readonly channels: ChannelsService,
    private readonly devices: DevicesService,
  ) {}

  /** @param recipient `user:…` or `channel:…` @returns none when nothing reaches it, with the reason in words */
  async of(tenantId: string, recipient: string): Promise<{ addresses: Address[]; reason?: string }> {
    const [kind, id] = recipient.split(':') as ['user' | 'channel', string];
    if (kind === 'user') {
      const addresses = await this.devices.addressesOf(tenantId, id);
      if (addresses.length > 0) return { addresses };
      return { addresses, reason: 'This person has no device or address that messages could go to.' };
    }
    const channel = await this.channels.open(tenantId, id);
    if (channel === undefined) return { addresses: [], reason: 'This channel was deleted.' };
    if (!channel.enabled) return { addresses: [], reason: `${channel.name} is turned off.` };
    return { addresses: [{ target: recipient, name: channel.name, lane: `${channel.kind}:${id}` }] };
  }
}
