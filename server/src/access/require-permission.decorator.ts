import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@tocsin/shared';

export const REQUIRED_PERMISSION = 'access:permission';

/** Open to the roles that have this permission: `@RequirePermission('hosts:write')`. */
export const RequirePermission = (permission: Permission) => SetMetadata(REQUIRED_PERMISSION, permission);
