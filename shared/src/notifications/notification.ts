import Type from 'typebox';
import type { NoticeKind } from '../alerting/routing/follow.js';
import type { Severity } from '../alerting/rule.js';

const Id = Type.String({ pattern: '^[0-9a-f]{24}$' });

/**
 * How far a notification is, and each of its deliveries. `waiting`: for its turn, or to be tried again. `sent`: a
 * channel or device of its recipient took it. `failed`: none did, and it was given up. `obsolete`: there was nothing
 * to tell any more.
 */
export const NOTIFICATION_STATES = ['waiting', 'sent', 'failed', 'obsolete'] as const;
export type NotificationState = (typeof NOTIFICATION_STATES)[number];

/** What a notification tells of one incident, as it was when it was written. */
export interface NotificationItem {
  incidentId: string;
  kind: NoticeKind;
  severity: Severity;
  ruleName: string;
  hostName: string;
  instance?: string;
}

/** One way to a recipient, and how far it is there. Times are UTC ms. */
export interface Delivery {
  id: string;
  /** Where to: `channel:…`. */
  target: string;
  /** What people call that. */
  name: string;
  state: NotificationState;
  /** How often it was tried. */
  attempts: number;
  /** When it is tried next. */
  nextAt?: number;
  /** When the other side took it. */
  acceptedAt?: number;
  /** Why the last try failed. */
  error?: string;
}

/** One message to one person or channel about one or many incidents. Times are UTC ms. */
export interface Notification {
  id: string;
  recipient: { kind: 'user' | 'channel'; id: string };
  items: readonly NotificationItem[];
  createdAt: number;
  /** Its recipient's quiet hours end then; it is not delivered earlier. */
  notBefore?: number;
  state: NotificationState;
  /** Why there is no way to its recipient. */
  error?: string;
  deliveries: readonly Delivery[];
}

/** `GET /api/v1/notifications`, newest first. */
export const NotificationsQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(NOTIFICATION_STATES)),
    incident: Type.Optional(Id),
    /** Id of the last notification of the page before. */
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
export type NotificationsQuery = Type.Static<typeof NotificationsQuery>;

export interface NotificationPage {
  notifications: Notification[];
  /** Hand this in as `after` for the next page; absent on the last one. */
  next?: string;
}
