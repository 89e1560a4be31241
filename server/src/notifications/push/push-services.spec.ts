import { expect, it } from 'vitest';
import { isPushService } from './push-services.js';

it.each([
  'https://fcm.googleapis.com/fcm/send/abc',
  'https://updates.push.services.mozilla.com/wpush/v2/abc',
  'https://web.push.apple.com/abc',
  'https://wns2-par02p.notify.windows.com/w/?token=abc',
])('%s is one of a browser’s vendor', (endpoint) => expect(isPushService(endpoint, [])).toBe(true));

it.each([
  'http://fcm.googleapis.com/fcm/send/abc',
  'https://fcm.googleapis.com:8443/',
  'https://127.0.0.1:8443/x.google.com/',
  'https://fcm.googleapis.com.evil.example/',
  'https://fcm.googleapis.com@evil.example/',
  'https://evilpush.apple.com.example/',
  'https://xpush.apple.com/',
  'https://user@fcm.googleapis.com/',
  'nothing',
])('%s is none', (endpoint) => expect(isPushService(endpoint, [])).toBe(false));

it('lets settings name another one, by its origin', () => {
  expect(isPushService('http://127.0.0.1:4000/wpush/1', ['http://127.0.0.1:4000'])).toBe(true);
  expect(isPushService('http://127.0.0.1:4001/wpush/1', ['http://127.0.0.1:4000'])).toBe(false);
});
