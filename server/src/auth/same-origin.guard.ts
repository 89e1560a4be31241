import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Config } from '../config/config.js';
import { ApiException } from '../http/api-exception.js';

/**
 * For requests that work with the cookie: only the hub's own pages may make a browser send them. A second
 * lock beside the cookie's `SameSite=Strict`, which takes another port or subdomain for the same site.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const { origin, host } = context.switchToHttp().getRequest<Request>().headers;
    // Browsers say where a POST comes from; what is not a browser has no cookie of somebody else.
    if (origin === undefined || this.#isOurs(origin, host)) return true;
    throw new ApiException(
      HttpStatus.FORBIDDEN,
      'forbidden',
      'The request comes from another site. Open the hub by its own address.',
    );
  }

  /** The address the browser asked, whichever of the hub's it is, or the one people know it by. */
  #isOurs(origin: string, host: string | undefined): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.host === host || url.origin === new URL(this.config.publicUrl).origin;
  }
}
