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
import { ApiException } from '../http/api-exception.js';
import { UsersService } from '../users/users.service.js';
import { AuditLog } from './audit-log.js';
import { NOT_AUDITED } from './not-audited.decorator.js';
import { targetOf } from './target-of.js';
import { withoutSecrets } from './without-secrets.js';

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const NAME_AT_MOST = 200;

/**
 * Writes an entry for every request of a signed-in person that changed something: each route is audited unless
 * it says why it is not. Written after the change, since one that is refused is none, and before the answer, so
 * that whoever hears of success finds it in the log.
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
    const reason = this.reflector.getAllAndOverride<string | undefined>(NOT_AUDITED, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!CHANGING.has(request.method) || reason !== undefined || request.identity === undefined) {
      return next.handle();
    }
    const action = `${kindOf(context.getClass().name)}.${context.getHandler().name}`;
    return next.handle().pipe(
      mergeMap(async (answer: unknown) => {
        await this.#write(action, request, answer);
        return answer;
      }),
    );
  }

  async #write(action: string, request: IdentifiedRequest, answer: unknown): Promise<void> {
    const { tenantId, userId } = request.identity!;
    try {
      const user = await this.users.byId(userId);
      const sent = withoutSecrets(request.body);
      await this.log.write(tenantId, {
        at: Date.now(),
        actor: { id: userId, name: user?.name ?? 'A former member' },
        action,
        target: targetOf(request.params, answer),
        ...(sent !== undefined && { sent }),
        address: request.ip ?? '',
        program: (request.headers['user-agent'] ?? '').slice(0, NAME_AT_MOST),
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
}

/** `HostKeysController` is about `host-keys`. */
const kindOf = (controller: string): string =>
  controller
    .replace(/Controller$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, '-')
    .toLowerCase();
