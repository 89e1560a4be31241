import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@tocsin/shared';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** Open to the roles that have this permission: `@RequirePermission('hosts:write')`. */
export const RequirePermission = (permission: Permission) =>
  SetMetadata(ROUTE_ACCESS, permission satisfies RouteAccess);
