import { randomBytes } from 'node:crypto';
import type { LoggerService, Type } from '@nestjs/common';
import type { ApiError, History, Stored } from '@tocsin/shared';
import { Types } from 'mongoose';
import { AccessTokens } from '../src/auth/access-tokens.js';
import type { Config } from '../src/config/config.js';
import { HostKeysService } from '../src/hosts/host-keys.service.js';
import { HostsService } from '../src/hosts/hosts.service.js';
import { UsersService } from '../src/users/users.service.js';
import { startHub } from './hub.js';

/** The answer to a post: of `Stored` when it was taken, of `ApiError` when not. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Stored & ApiError;
}

/** The whole hub, hosts of one tenant, and what scripts do. */
export async function startDataHub(settings: Partial<Config> = {}) {
  const warnings: string[] = [];
  const logger: LoggerService = { log() {}, error() {}, warn: (line: string) => warnings.push(line) };
  const hub = await startHub(settings, logger);
  const service = <T>(type: Type<T>): T => hub.app.get(type, { strict: false });
  const tenantId = new Types.ObjectId().toHexString();
  let names = 0;

  /** A new host and its key. */
  async function host(of = tenantId) {
    const { id, name } = await service(HostsService).create(of, { name: `host-${(names += 1)}` });
    return { id, name, ...(await service(HostKeysService).create(of, id)) };
  }

  async function viewer(of = tenantId): Promise<string> {
    const email = `${randomBytes(6).toString('hex')}@example.org`;
    const viewer = { tenantId: of, email, name: 'Viewer', role: 'viewer', passwordHash: '-' } as const;
    return service(AccessTokens).sign(await service(UsersService).create(viewer)).token;
  }

  async function history(hostId: string, metric: string[], from: number, to: number, as?: string) {
    const query = new URLSearchParams(metric.map((one): [string, string] => ['metric', one]));
    for (const [name, value] of Object.entries({ host: hostId, from, to, points: 2_000 }))
      query.set(name, String(value));
    const response = await fetch(`${hub.url}/history?${String(query)}`, {
      headers: { Authorization: `Bearer ${as ?? (await viewer())}` },
    });
    return (await response.json()) as History;
  }

  return {
    ...hub,
    service,
    tenantId,
    /** What the hub warned of, a line each. */
    warnings,
    host,
    viewer,
    history,
    /** The values of each series that there are, averages of a step, by its key. */
    values: async (hostId: string, metric: string[], from: number, to: number) => {
      const { series } = await history(hostId, metric, from, to);
      return Object.fromEntries(
        series.map(({ metric: id, instance, avg }) => [
          instance === undefined ? id : `${id}:${instance}`,
          avg.filter((value) => value !== null),
        ]),
      );
    },
    /** Posts JSON, or a body as it is, with headers of its own. */
    post: async (
      key: string | undefined,
      body: unknown,
      { path = '/data', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
    ): Promise<Answer> => {
      const raw = typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(hub.url + path, {
        method: 'POST',
        headers: {
          ...(key !== undefined && { 'X-API-Key': key }),
          'Content-Type': 'application/json',
          ...headers,
        },
        body: raw ? (body as string) : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer['body'] };
    },
  };
}

/** The JSON of the documents. */
export const EXAMPLE =
  '{"cpu_usage":63.2,"ram_usage":78.4,"disk_usage":{"/":90.1},"network":{"in":1500,"out":2300},"services":{"nginx":"active"},"timestamp":"2025-04-10T15:00:00"}';
