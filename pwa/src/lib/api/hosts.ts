import type {
  CreatedEnrolmentToken,
  CreateEnrolmentToken,
  EnrolmentToken,
  CreatedHost,
  CreatedKey,
  CreateHost,
  HostKey,
  HostView,
  UpdateHost,
} from '@tocsin/shared';
import { authorized } from './authorized.js';

export const createHost = (body: CreateHost) => authorized<CreatedHost>('POST', '/hosts', { body });
export const readHost = (id: string) => authorized<HostView>('GET', `/hosts/${id}`);
export const updateHost = (id: string, body: UpdateHost) =>
  authorized<HostView>('PATCH', `/hosts/${id}`, { body });
export const removeHost = (id: string) => authorized<void>('DELETE', `/hosts/${id}`);

export const listKeys = (hostId: string) => authorized<HostKey[]>('GET', `/hosts/${hostId}/keys`);
export const createKey = (hostId: string) => authorized<CreatedKey>('POST', `/hosts/${hostId}/keys`);
export const revokeKey = (hostId: string, keyId: string) =>
  authorized<void>('DELETE', `/hosts/${hostId}/keys/${keyId}`);

export const listEnrolmentTokens = () => authorized<EnrolmentToken[]>('GET', '/enrolment-tokens');
export const createEnrolmentToken = (body: CreateEnrolmentToken) =>
  authorized<CreatedEnrolmentToken>('POST', '/enrolment-tokens', { body });
export const revokeEnrolmentToken = (id: string) => authorized<void>('DELETE', `/enrolment-tokens/${id}`);
