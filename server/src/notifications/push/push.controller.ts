import { Controller, Get, Headers, HttpCode, Ip, Post } from '@nestjs/common';
import type { PushAcknowledged, PushKey } from '@tocsin/shared';
import { Public } from '../../access/public.decorator.js';
import { SignedIn } from '../../access/signed-in.decorator.js';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import { PushAckService } from './push-ack.service.js';
import { VapidKeys } from './vapid-keys.js';

/** Web Push: the hub's key, and what is pressed in notifications. */
@Controller('api/v1/push')
export class PushController {
  constructor(
    private readonly keys: VapidKeys,
    private readonly acks: PushAckService,
  ) {}

  @Get('key')
  @SignedIn()
  async key(): Promise<PushKey> {
    return { key: (await this.keys.pair()).publicKey };
  }

  /** Takes no session: whoever holds the notification may acknowledge what it is about, and nothing else. */
  @NotAudited('It writes its own entry, of the person that the token names.')
  @Post('ack')
  @HttpCode(200)
  @Public()
  acknowledge(
    @Headers('authorization') header: string | undefined,
    @Ip() address: string,
  ): Promise<PushAcknowledged> {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1] ?? '';
    return this.acks.acknowledge(token, address, Date.now());
  }
}
