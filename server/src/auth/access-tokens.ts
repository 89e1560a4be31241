import type { Role } from '@tocsin/shared';

/** Whom a valid access token belongs to. `expiresAt` is UTC ms. */
export interface Identity {
  userId: string;
  tenantId: string;
  role: Role;
  expiresAt: number;
}
