import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChannelSettings } from '@tocsin/shared';
import { ChannelError } from '../../outgoing/channel-error.js';
import { Outgoing } from '../../outgoing/outgoing.js';
import type { ChannelSender, Message } from '../channel-sender.js';
import { alertmanagerBody } from './alertmanager-body.js';
import { tocsinBody } from './tocsin-body.js';

/**
 * Any program that takes JSON. Each request has the message's id as `Idempotency-Key`. With a secret it has
 * `Tocsin-Signature: t=<Unix seconds>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>`: who checks both knows that we sent
 * it, and when.
 */
@Injectable()
export class Webhook implements ChannelSender<'webhook'> {
  readonly kind = 'webhook';
  readonly pace = { concurrency: 1 };

  constructor(private readonly outgoing: Outgoing) {}

  async send(message: Message, { url, secret, format }: ChannelSettings<'webhook'>): Promise<undefined> {
    if (url === undefined) throw new ChannelError('It has no address.', { permanent: true });
    const form = format === 'alertmanager' ? alertmanagerBody : tocsinBody;
    const body = JSON.stringify(form(message));
    await this.outgoing.send(url, {
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Tocsin',
        'Idempotency-Key': message.id,
        ...(secret !== undefined && { 'Tocsin-Signature': signature(body, secret, message.now) }),
      },
      body,
    });
  }
}

/** @param now UTC ms */
export function signature(body: string, secret: string, now: number): string {
  const t = Math.floor(now / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
