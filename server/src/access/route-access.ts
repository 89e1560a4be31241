import type { Permission } from '@tocsin/shared';

/** Who may use a route; the decorators of this folder set it. What a method says goes before its class. */
export type RouteAccess = 'public' | 'signed-in' | Permission;

export const ROUTE_ACCESS = 'route-access';
