import { SetMetadata } from '@nestjs/common';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** Open to whoever is signed in, whatever their role: for what people may do about themselves. */
export const SignedIn = () => SetMetadata(ROUTE_ACCESS, 'signed-in' satisfies RouteAccess);
