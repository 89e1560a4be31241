import type { PushPayload } from '@tocsin/shared';

/** What a notification of ours carries for the moment in which it is pressed. */
export interface Carried {
  url: string;
  ack?: string;
}

/** Options that browsers have and the DOM library does not describe. */
type Options = NotificationOptions & {
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  data: Carried;
};

const ICON = '/icons/icon-192.png';
/** What is shown when a message cannot be read: browsers take the permission from who shows nothing. */
const UNKNOWN: [string, Options] = [
  'Tocsin',
  { body: 'Something happened. Open the app to see what.', icon: ICON, data: { url: '/incidents' } },
];

/** Title and options of the notification for a push message. */
export function notificationOf(payload: PushPayload | undefined): [string, Options] {
  if (payload?.notification?.title === undefined || payload.tocsin === undefined) return UNKNOWN;
  const { title, body, navigate, tag, silent } = payload.notification;
  const { state, severity, ack } = payload.tocsin;
  return [
    title,
    {
      ...{ body, tag, silent, icon: ICON, badge: ICON },
      // Stays until somebody looks; what is over or taken care of does not.
      requireInteraction: state === 'firing' && severity === 'critical',
      renotify: !silent,
      actions: [
        ...(ack === undefined ? [] : [{ action: 'acknowledge', title: 'Acknowledge' }]),
        { action: 'open', title: 'Open' },
      ],
      data: { url: navigate, ...(ack !== undefined && { ack }) },
    },
  ];
}

/** What is shown of an acknowledgement that did not get through. */
export const notAcknowledged = (reason: string, tag: string, data: Carried): [string, Options] => [
  'Not acknowledged',
  { body: reason, tag, icon: ICON, badge: ICON, data: { url: data.url } },
];
