/** From most to least powerful. */
export const ROLES = ['owner', 'admin', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const EVERYONE: readonly Role[] = ROLES;
const OPERATORS: readonly Role[] = ['owner', 'admin', 'operator'];
const ADMINS: readonly Role[] = ['owner', 'admin'];

/** Who may do what. Guards of the hub and the PWA both read this table. */
export const PERMISSIONS = {
  'audit:read': ADMINS,
  'hosts:read': EVERYONE,
  'hosts:write': ADMINS,
  'history:read': EVERYONE,
  'retention:read': EVERYONE,
  'retention:write': ADMINS,
  'rules:read': EVERYONE,
  'rules:write': ADMINS,
  'members:read': EVERYONE,
  'policies:read': EVERYONE,
  'policies:write': ADMINS,
  'notifications:read': EVERYONE,
  'notifications:write': OPERATORS,
  'channels:read': EVERYONE,
  'channels:write': ADMINS,
  'incidents:read': EVERYONE,
  'incidents:write': OPERATORS,
  'silences:read': EVERYONE,
  'silences:write': OPERATORS,
  'maintenance:read': EVERYONE,
  'maintenance:write': ADMINS,
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof PERMISSIONS;

export const may = (role: Role, permission: Permission): boolean =>
  (PERMISSIONS[permission] as readonly Role[]).includes(role);
