import type { Member, Policy, PolicySettings } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listPolicies = () => authorized<Policy[]>('GET', '/policies');
export const createPolicy = (body: PolicySettings) => authorized<Policy>('POST', '/policies', { body });
export const updatePolicy = (id: string, body: PolicySettings) =>
  authorized<Policy>('PUT', `/policies/${id}`, { body });
export const orderPolicies = (ids: string[]) =>
  authorized<Policy[]>('PUT', '/policies/order', { body: { ids } });
export const removePolicy = (id: string) => authorized<void>('DELETE', `/policies/${id}`);
export const listMembers = () => authorized<Member[]>('GET', '/members');
