import { deviceName } from '../lib/push/device-name.js';

/**
 * The push service gave this browser another address: tells the hub, with the cookie of who is signed in. Where nobody
 * is, the app does so when it is opened.
 */
export async function resubscribe(registration: ServiceWorkerRegistration): Promise<void> {
  const session = await post('/api/v1/auth/refresh');
  if (!session.ok) return;
  const { accessToken } = (await session.json()) as { accessToken: string };
  const headers = { Authorization: `Bearer ${accessToken}` };
  const { key } = (await (await fetch('/api/v1/push/key', { headers })).json()) as { key: string };
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  });
  const { endpoint, keys } = subscription.toJSON();
  await post('/api/v1/me/devices', headers, { name: deviceName(navigator.userAgent), endpoint, keys });
}

const post = (path: string, headers: Record<string, string> = {}, body?: object): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
