import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { may } from '@tocsin/shared';
import { AccessTokens, type Identity } from '../auth/access-tokens.js';
import { ApiException } from '../http/api-exception.js';
import type { IdentifiedRequest } from './current-user.decorator.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/**
 * Stands before every route. A route says who may use it (`@Public`, `@SignedIn`, `@RequirePermission`);
 * one that says nothing is closed to everybody, so that forgetting it opens nothing.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessTokens: AccessTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Socket.IO connections prove who they are in their handshake, before there is any message.
    if (context.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const identity = await this.#identify(request);
    if (!isOpenTo(identity, access)) {
      throw new ApiException(HttpStatus.FORBIDDEN, 'forbidden', 'Your role does not allow this.');
    }
    request.identity = identity;
    return true;
  }

  async #identify(request: IdentifiedRequest): Promise<Identity> {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const identity = token === undefined ? null : await this.accessTokens.verify(token);
    if (identity !== null) return identity;
    throw new ApiException(HttpStatus.UNAUTHORIZED, 'unauthorized', 'Please sign in.');
  }
}

function isOpenTo({ role }: Identity, access: Exclude<RouteAccess, 'public'> | undefined): boolean {
  if (access === undefined) return false;
  return access === 'signed-in' || may(role, access);
}
