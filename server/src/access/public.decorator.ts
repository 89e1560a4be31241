import { SetMetadata } from '@nestjs/common';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** Open to everybody, signed in or not. */
export const Public = () => SetMetadata(ROUTE_ACCESS, 'public' satisfies RouteAccess);
