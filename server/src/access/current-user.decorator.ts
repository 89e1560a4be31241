import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Identity } from '../auth/access-tokens.js';

/** A request that the access guard let through. */
export interface IdentifiedRequest extends Request {
  identity?: Identity;
}

/** Who makes the request: `@CurrentUser() user: Identity`. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Identity | undefined =>
    context.switchToHttp().getRequest<IdentifiedRequest>().identity,
);
