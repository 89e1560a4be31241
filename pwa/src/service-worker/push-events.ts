import type { PushPayload } from '@tocsin/shared';
import { Queue } from 'workbox-background-sync';
import { type Carried, notAcknowledged, notificationOf } from './notifications.js';
import { resubscribe } from './resubscribe.js';

declare const self: ServiceWorkerGlobalScope;

/** Acknowledgements that found no network, for a day: sent when it is back, or when the app is opened. */
const waiting = new Queue('acknowledgements', { maxRetentionTime: 24 * 60 });

export async function handlePush(event: PushEvent): Promise<void> {
  const payload = payloadOf(event);
  const [title, options] = notificationOf(payload);
  await self.registration.showNotification(title, options);
  const badge = Number(payload?.notification?.app_badge);
  if (badge > 0) await self.navigator.setAppBadge?.(badge).catch(() => {});
  else if (badge === 0) await self.navigator.clearAppBadge?.().catch(() => {});
}

export async function handleClick({ action, notification }: NotificationEvent): Promise<void> {
  notification.close();
  const data = notification.data as Carried;
  if (action === 'acknowledge' && data.ack !== undefined) await acknowledge(notification.tag, data);
  else await open(data.url);
}

export const handleSubscriptionChange = (): Promise<void> => resubscribe(self.registration);

/** With the token alone: it says who presses, whoever is signed in here by now. */
async function acknowledge(tag: string, data: Carried): Promise<void> {
  const request = new Request('/api/v1/push/ack', {
    method: 'POST',
    headers: { Authorization: `Bearer ${data.ack}` },
    credentials: 'omit',
  });
  let response: Response;
  try {
    response = await fetch(request.clone());
  } catch {
    await waiting.pushRequest({ request });
    return show(notAcknowledged('No network. It is sent as soon as there is one.', tag, data));
  }
  // The hub tells this device too, in place of the alarm.
  if (response.ok) return;
  const { message } = (await response.json().catch(() => ({}))) as { message?: string };
  await show(notAcknowledged(message ?? `The hub answered ${response.status}. Open the app.`, tag, data));
}

const show = ([title, options]: ReturnType<typeof notAcknowledged>): Promise<void> =>
  self.registration.showNotification(title, options);

/** In a window of the app that is open, else in a new one. */
async function open(url: string): Promise<void> {
  // The hub may be known here by another name than its own.
  const { pathname, search } = new URL(url, self.location.origin);
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [first] = windows;
  if (first === undefined) {
    await self.clients.openWindow(pathname + search);
    return;
  }
  first.postMessage({ type: 'OPEN', path: pathname + search });
  await first.focus();
}

function payloadOf({ data }: PushEvent): PushPayload | undefined {
  try {
    return data?.json() as PushPayload | undefined;
  } catch {
    return undefined;
  }
}
