import type { PushPayload } from '@tocsin/shared';
import { expect, it } from 'vitest';
import { notificationOf } from './notifications.js';

const payload = (state: PushPayload['tocsin']['state'], ack?: string): PushPayload => ({
  web_push: 8030,
  mutable: true,
  notification: {
    ...{ title: 'Critical: web-1', body: 'Disk', navigate: 'https://hub/incidents/1', tag: 'incident-1' },
    ...{ silent: state !== 'firing', app_badge: '1' },
  },
  tocsin: { state, severity: 'critical', ...(ack && { ack }) },
});

it('offers to acknowledge what can be, and stays until somebody looks', () => {
  const [title, options] = notificationOf(payload('firing', 'token'));
  expect(title).toBe('Critical: web-1');
  expect(options).toMatchObject({
    ...{ tag: 'incident-1', requireInteraction: true, silent: false },
    actions: [{ action: 'acknowledge' }, { action: 'open' }],
    data: { url: 'https://hub/incidents/1', ack: 'token' },
  });
});

it('takes the place of its alarm without a sound when that is over', () => {
  const [, options] = notificationOf(payload('resolved'));
  expect(options).toMatchObject({ tag: 'incident-1', requireInteraction: false, silent: true });
  expect(options.actions).toEqual([{ action: 'open', title: 'Open' }]);
});

it('shows something for a message that it does not understand', () => {
  expect(notificationOf(undefined)[0]).toBe('Tocsin');
  expect(notificationOf({} as PushPayload)[1].data).toEqual({ url: '/incidents' });
});
