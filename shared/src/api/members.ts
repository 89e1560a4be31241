import type { Role } from '../access/roles.js';

/** Somebody of the organisation. `GET /api/v1/members` has all of them, by name. */
export interface Member {
  id: string;
  name: string;
  role: Role;
}
