import {
  type CallHandler,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { mergeMap, type Observable } from 'rxjs';
import type { IdentifiedRequest } from '../access/current-user.decorator.js';
import type { Identity } from '../auth/access-tokens.js';
import { ApiException } from '../http/api-exception.js';
import { UsersService } from '../users/users.service.js';
import { AuditLog } from './audit-log.js';
import { type AuditedRequest, duringRequest } from './audited-request.js';
import { changesOf } from './changes-of.js';
import { keptOf } from './kept-of.js';
import { NOT_AUDITED } from './not-audited.decorator.js';
import { targetOf } from './target-of.js';

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const PROGRAM_AT_MOST = 200;

/**
 * Writes an entry for every request of a signed-in person that changed something: each route is audited unless
 * it says why it is not.
 *
 * The entry is written after the change and before the answer. Before the change nobody knows whether it will
 * be one, and an entry of what was refused would be wrong for ever. Not after the answer: whoever hears of
 * success finds it in the log. The price is that a change can be made whose entry MongoDB does not take. Then
 * the answer is no success, and the hub's own log has what is missing here.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  readonly #logger = new Logger(AuditInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly users: UsersService,
    private readonly log: AuditLog,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    if (!CHANGING.has(request.method)) return next.handle();
    const audited: AuditedRequest = {
      address: request.ip ?? '',
      program: (request.headers['user-agent'] ?? '').slice(0, PROGRAM_AT_MOST),
    };
    const done = duringRequest(audited, () => next.handle());
    const { identity } = request;
    if (identity === undefined || this.#isNotAudited(context)) return done;
    const action = `${kindOf(context.getClass().name)}.${context.getHandler().name}`;
    return done.pipe(
      mergeMap(async (answer: unknown) => {
        await this.#write(action, identity, request, audited, answer);
        return answer;
      }),
    );
  }

  async #write(
    action: string,
    { tenantId, userId }: Identity,
    { body, params }: IdentifiedRequest,
    { address, program, change }: AuditedRequest,
    answer: unknown,
  ): Promise<void> {
    try {
      const user = await this.users.byId(userId);
      const sent = keptOf(body);
      const changes = change && changesOf(change.before, change.after);
      await this.log.write(tenantId, {
        at: Date.now(),
        actor: { id: userId, name: user?.name ?? 'A former member' },
        action,
        target: targetOf(params, answer, change?.name),
        ...(sent !== undefined && { sent }),
        ...(changes !== undefined && { changes }),
        ...{ address, program },
      });
    } catch (error) {
      this.#logger.error(`${action} of ${userId} is not in the audit log: ${String(error)}`);
      throw new ApiException(
        HttpStatus.SERVICE_UNAVAILABLE,
        'unavailable',
        'This was done, but the database does not answer and it is missing in the audit log.',
      );
    }
  }

  #isNotAudited(context: ExecutionContext): boolean {
    const reason = this.reflector.getAllAndOverride<string | undefined>(NOT_AUDITED, [
      context.getHandler(),
      context.getClass(),
    ]);
    return reason !== undefined;
  }
}

/** `HostKeysController` is about `host-keys`. */
const kindOf = (controller: string): string =>
  controller
    .replace(/Controller$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
