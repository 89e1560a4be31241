import { type Type as Class, RequestMethod } from '@nestjs/common';
import {
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner } from '@nestjs/core';
import type { TSchema } from 'typebox';
import { ROUTE_ACCESS, type RouteAccess } from '../access/route-access.js';
import { Valid } from '../http/valid.js';

const PREFIX = 'api/v1/';

/** One route as its controller declares it. */
export interface DeclaredRoute {
  method: string;
  /** From the server's root on, with `:id` for what varies. */
  path: string;
  controller: string;
  handler: string;
  access: RouteAccess | undefined;
  /** What it answers with when all is well. */
  status: number;
  body?: TSchema;
  query?: TSchema;
}

/** The routes of a controller below `/api/v1`, read from what Nest itself routes by. */
export function routesOf(controller: Class): DeclaredRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((handler) => {
    const method = prototype[handler]!;
    const verb = Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod | undefined;
    const base = pathsOf(controller).find((path) => path.startsWith(PREFIX));
    if (verb === undefined || base === undefined) return [];
    const of = <T>(key: string) =>
      (Reflect.getMetadata(key, method) ?? Reflect.getMetadata(key, controller)) as T | undefined;
    const own = pathsOf(method)[0] ?? '';
    return [
      {
        method: RequestMethod[verb].toLowerCase(),
        path: `/${[base, own]
          .map((part) => part.replace(/^\/|\/$/g, ''))
          .filter(Boolean)
          .join('/')}`,
        controller: controller.name,
        handler,
        access: of<RouteAccess>(ROUTE_ACCESS),
        status: of<number>(HTTP_CODE_METADATA) ?? (verb === RequestMethod.POST ? 201 : 200),
        ...schemasOf(controller, handler),
      },
    ];
  });
}

const pathsOf = (declared: object): string[] =>
  [(Reflect.getMetadata(PATH_METADATA, declared) ?? []) as string | string[]].flat();

/** Arguments that are checked with a schema, which says what may be sent. */
function schemasOf(controller: Class, handler: string): Pick<DeclaredRoute, 'body' | 'query'> {
  const declared = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<
    string,
    { pipes?: unknown[] }
  >;
  const schemaOf = (kind: RouteParamtypes): TSchema | undefined =>
    Object.entries(declared)
      .filter(([name]) => name.startsWith(`${kind}:`))
      .flatMap(([, { pipes = [] }]) => pipes)
      .find((pipe) => pipe instanceof Valid)?.schema;
  const body = schemaOf(RouteParamtypes.BODY);
  const query = schemaOf(RouteParamtypes.QUERY);
  return { ...(body && { body }), ...(query && { query }) };
}
