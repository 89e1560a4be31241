import { Injectable } from '@nestjs/common';
import type { Hold, Incident } from '@tocsin/shared';

/** Says why nobody is to be told of the incident at this time (UTC ms); undefined when it knows no reason. */
export type Holder = (tenantId: string, incident: Incident, now: number) => Hold | undefined;

/**
 * All who may hold an incident back. They are asked when it opens, so that it is never sent by mistake, and
 * again every second, so that nothing depends on somebody remembering to say that a reason is gone.
 */
@Injectable()
export class Holders {
  readonly #holders: Holder[] = [];

  /** The order of joining is the order in which reasons are shown. */
  join(holder: Holder): void {
    this.#holders.push(holder);
  }

  holdsOf(tenantId: string, incident: Incident, now: number): Hold[] {
    return this.#holders.flatMap((holder) => holder(tenantId, incident, now) ?? []);
  }
}
