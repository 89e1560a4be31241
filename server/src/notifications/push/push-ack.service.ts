import { HttpStatus, Injectable } from '@nestjs/common';
import { may, type PushAcknowledged } from '@tocsin/shared';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { IncidentActions } from '../../alerting/incidents/incident-actions.js';
import { IncidentsService } from '../../alerting/incidents/incidents.service.js';
import { AuditLog } from '../../audit/audit-log.js';
import { HubSecrets } from '../../auth/hub-secrets.js';
import { networkOf } from '../../auth/network.js';
import { TooManyAttempts } from '../../auth/too-many-attempts.js';
import { ApiException } from '../../http/api-exception.js';
import { type UserRecord, UsersService } from '../../users/users.service.js';
import { type AckClaims, readAck } from './ack-tokens.js';
import type { StoredDevice } from './device.schema.js';
import { DevicesService } from './devices.service.js';

const WINDOW_S = 60;
/** From one network: a person in a storm, several times over. */
export const ACKS_PER_NETWORK = 120;

/** Acknowledges from a notification, whoever is signed in in that browser by now. */
@Injectable()
export class PushAckService {
  readonly #networks = new RateLimiterMemory({ points: ACKS_PER_NETWORK, duration: WINDOW_S });

  constructor(
    private readonly secrets: HubSecrets,
    private readonly devices: DevicesService,
    private readonly users: UsersService,
    private readonly incidents: IncidentsService,
    private readonly actions: IncidentActions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * May come twice: the second time changes nothing and is answered alike.
   * @param address where the request comes from
   * @throws ApiException 401 with why the token is no good (any more), 403 when its person may not; TooManyAttempts
   */
  async acknowledge(token: string, address: string, now: number): Promise<PushAcknowledged> {
    await this.#throttle(address);
    const claims = readAck(token, await this.secrets.of('push-ack'));
    if (claims === undefined) throw refused('This notification is not from here.');
    if (claims.exp <= now) throw refused('This notification is too old to acknowledge. Open the app.');
    const { device, user } = await this.#stillThere(claims);
    const by = { id: user.id, name: user.name, via: device.name };
    const action = { ids: claims.incidentIds, action: { kind: 'acknowledge' as const } };
    const isNew = new Set(
      claims.incidentIds.filter(
        (id) => this.incidents.opened(user.tenantId, id)?.incident.acknowledgedAt === undefined,
      ),
    );
    const { done, refused: over } = await this.actions.bulk(user.tenantId, action, by, now);
    // Whoever presses again and again changes nothing, and fills no log.
    for (const id of done.filter((one) => isNew.has(one))) {
      await this.audit.note(user.tenantId, {
        actor: { id: user.id, name: `${user.name}, ${device.name}` },
        action: 'push.acknowledge',
        target: { id },
      });
    }
    return { acknowledged: done, over: over.map(({ id }) => id) };
  }

  async #stillThere({
    tenantId,
    userId,
    deviceId,
  }: AckClaims): Promise<{ device: StoredDevice; user: UserRecord }> {
    const device = await this.devices.find(tenantId, deviceId);
    if (device === undefined || device.userId.toHexString() !== userId) {
      throw refused('This device was removed. Turn on alerts on it again.');
    }
    const user = await this.users.byId(userId);
    if (user === undefined || user.tenantId !== tenantId) throw refused('You are no member any more.');
    if (!may(user.role, 'incidents:write')) {
      throw new ApiException(HttpStatus.FORBIDDEN, 'forbidden', 'Your role does not allow this.');
    }
    return { device, user };
  }

  async #throttle(address: string): Promise<void> {
    try {
      await this.#networks.consume(networkOf(address));
    } catch {
      throw new TooManyAttempts(WINDOW_S);
    }
  }
}

const refused = (message: string) => new ApiException(HttpStatus.UNAUTHORIZED, 'unauthorized', message);
