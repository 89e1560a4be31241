import type { ChannelTest, Device, NewDevice, PushKey } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const readPushKey = () => authorized<PushKey>('GET', '/push/key');
export const listDevices = () => authorized<Device[]>('GET', '/me/devices');
export const saveDevice = (body: NewDevice) => authorized<Device>('POST', '/me/devices', { body });
export const removeDevice = (id: string) => authorized<void>('DELETE', `/me/devices/${id}`);
export const testDevice = (id: string) => authorized<ChannelTest>('POST', `/me/devices/${id}/test`);
