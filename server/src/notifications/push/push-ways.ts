import { Injectable, Logger } from '@nestjs/common';
import { may, type PushPayload, quietFor } from '@tocsin/shared';
import webpush from 'web-push';
import { IncidentsService } from '../../alerting/incidents/incidents.service.js';
import { HubSecrets } from '../../auth/hub-secrets.js';
import { type UserRecord, UsersService } from '../../users/users.service.js';
import { RepeatedWarnings } from '../../logging/repeated-warnings.js';
import type { Message, Pace } from '../channels/channel-sender.js';
import type { Way } from '../delivery/way.js';
import { ChannelError } from '../outgoing/channel-error.js';
import { type Answer, Outgoing, refused } from '../outgoing/outgoing.js';
import { ACK_TOKEN_MS, signAck } from './ack-tokens.js';
import { StoredDevice } from './device.schema.js';
import { DevicesService } from './devices.service.js';
import { pushPayload, tagOf, topicOf } from './push-payload.js';
import { VapidKeys } from './vapid-keys.js';

/** Push services are made for this; it is our own sealing that costs. */
export const PUSH_PACE: Pace = { concurrency: 50, waitsAlone: true };

/** So long a push service keeps it for a device that is off, in seconds: what is critical a day, the rest an hour. */
const KEPT_S = { critical: 86_400, other: 3_600 };
/** Incidents that one tap acknowledges. */
const ACKNOWLEDGED_AT_ONCE = 20;

/** Devices as ways to somebody: sealed for the browser (RFC 8291), signed by the hub (RFC 8292), carried by its vendor (RFC 8030). */
@Injectable()
export class PushWays {
  readonly #warnings = new RepeatedWarnings(new Logger(PushWays.name), 600_000);

  constructor(
    private readonly devices: DevicesService,
    private readonly users: UsersService,
    private readonly incidents: IncidentsService,
    private readonly keys: VapidKeys,
    private readonly secrets: HubSecrets,
    private readonly outgoing: Outgoing,
  ) {}

  async open(tenantId: string, id: string): Promise<Way | string> {
    const device = await this.devices.find(tenantId, id);
    if (device === undefined) return 'This device was removed.';
    const user = await this.users.byId(device.userId.toHexString());
    if (user === undefined || user.tenantId !== tenantId) return 'Its owner is no member any more.';
    return this.of(device, user);
  }

  /** The way to a device of a member. */
  of(device: StoredDevice, user: UserRecord): Way {
    const send = async (message: Message, tag: string): Promise<string> => {
      await this.#send(device, user, message, tag);
      return tag;
    };
    return {
      send: (message) => send(message, tagOf(message)),
      edit: async (tag, message) => void (await send(message, tag)),
      quietUntil: async (severities, now) =>
        quietFor(await this.users.quietHours(user.tenantId, user.id), severities, now),
      note: (at, error) => this.devices.note(user.tenantId, device._id, at, error),
    };
  }

  async #send(device: StoredDevice, user: UserRecord, message: Message, tag: string): Promise<void> {
    const ack = await this.#ack(device, user, message);
    const badge = this.#badge(user.tenantId);
    let answer = await this.#post(device, user, message, pushPayload(message, tag, badge, ack));
    // A push service that takes less than the others gets the title alone.
    if (answer.status === 413) {
      const short = pushPayload({ ...message, lines: [] }, tag, badge, ack);
      answer = await this.#post(device, user, message, short);
    }
    if (answer.status < 200 || answer.status >= 300) throw await this.#refused(answer, device, user.tenantId);
  }

  async #post(
    { endpoint, p256dh, auth }: StoredDevice,
    { email }: UserRecord,
    { state, severity }: Message,
    payload: PushPayload,
  ): Promise<Answer> {
    const isUrgent = state === 'firing' && severity !== 'info';
    const vapidDetails = { subject: this.keys.subject(email), ...(await this.keys.pair()) };
    const { headers, body } = sealed({ endpoint, keys: { p256dh, auth } }, JSON.stringify(payload), {
      vapidDetails,
      TTL: isUrgent && severity === 'critical' ? KEPT_S.critical : KEPT_S.other,
      urgency: isUrgent ? 'high' : 'normal',
      topic: topicOf(payload.notification.tag),
      contentEncoding: 'aes128gcm',
    });
    return this.outgoing.ask(endpoint, {
      headers: headers as Record<string, string>,
      ...(body !== null && { body }),
    });
  }

  async #refused(answer: Answer, { _id, endpoint }: StoredDevice, tenantId: string): Promise<ChannelError> {
    const error = refused(answer);
    if (answer.status === 404 || answer.status === 410) {
      await this.devices.forget(tenantId, _id);
      return new ChannelError('The browser takes no pushes any more; the device was removed.', {
        permanent: true,
      });
    }
    if (answer.status === 401 || answer.status === 403) {
      // Not the device's fault: all of them at this service would be lost.
      const detail = `${new URL(endpoint).host} does not take the hub’s key or contact. ${error.message}`;
      this.#warnings.warn('Pushes are refused', detail, Date.now());
    }
    return error;
  }

  #badge(tenantId: string): number {
    return this.incidents.openOf(tenantId).filter(({ acknowledgedAt }) => acknowledgedAt === undefined)
      .length;
  }

  /** For who may acknowledge, of what there is to acknowledge. */
  async #ack(device: StoredDevice, user: UserRecord, { items, now }: Message): Promise<string | undefined> {
    if (!may(user.role, 'incidents:write')) return undefined;
    const incidentIds = items
      .filter(({ incident }) => incident.status === 'open' && incident.acknowledgedAt === undefined)
      .slice(0, ACKNOWLEDGED_AT_ONCE)
      .map(({ incident }) => incident.id);
    if (incidentIds.length === 0) return undefined;
    const { id: userId, tenantId } = user;
    const claims = {
      tenantId,
      userId,
      deviceId: device._id.toHexString(),
      incidentIds,
      exp: now + ACK_TOKEN_MS,
    };
    return signAck(claims, await this.secrets.of('push-ack'));
  }
}

/** @throws ChannelError when the keys of the browser, or the hub's own, are none: no try mends that */
function sealed(...parts: Parameters<typeof webpush.generateRequestDetails>): webpush.RequestDetails {
  try {
    return webpush.generateRequestDetails(...parts);
  } catch (error) {
    throw new ChannelError(`It could not be sealed: ${(error as Error).message}`, { permanent: true });
  }
}
