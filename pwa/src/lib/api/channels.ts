import type { Channel, ChannelInput, ChannelTest, NotificationPage } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listChannels = () => authorized<Channel[]>('GET', '/channels');
export const createChannel = (body: ChannelInput) => authorized<Channel>('POST', '/channels', { body });
export const updateChannel = (id: string, body: ChannelInput) =>
  authorized<Channel>('PUT', `/channels/${id}`, { body });
export const removeChannel = (id: string) => authorized<void>('DELETE', `/channels/${id}`);
export const testChannel = (id: string) => authorized<ChannelTest>('POST', `/channels/${id}/test`);

/** What could not be delivered, newest first. */
export const listUndelivered = () =>
  authorized<NotificationPage>('GET', '/notifications?state=failed&limit=20');
export const sendAgain = (id: string) => authorized<void>('POST', `/notifications/${id}/resend`);
