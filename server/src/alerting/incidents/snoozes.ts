import { Injectable } from '@nestjs/common';
import { Holders } from './holders.js';

/** Holds back what somebody wants to look at later. */
@Injectable()
export class Snoozes {
  constructor(holders: Holders) {
    holders.join((_tenantId, { snoozedUntil, snoozedBy }, now) =>
      snoozedUntil === undefined || now >= snoozedUntil
        ? undefined
        : { by: 'snoozed', ...(snoozedBy !== undefined && { name: snoozedBy }), until: snoozedUntil },
    );
  }
}
