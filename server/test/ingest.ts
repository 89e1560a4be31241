import { randomBytes } from 'node:crypto';
import type { LoggerService, Type } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import {
  type Ack,
  type AgentConfig,
  AGENT_NAMESPACE,
  type AgentFacts,
  type AgentToHubEvents,
  type Frame,
  type HandshakeRefusal,
  type HubToAgentEvents,
  type ProcessList,
  PROTOCOL_VERSION,
  type Refusal,
} from '@tocsin/shared';
import { Types } from 'mongoose';
import { io, type Socket } from 'socket.io-client';
import { AccessModule } from '../src/access/access.module.js';
import { AccessTokens } from '../src/auth/access-tokens.js';
import { Config } from '../src/config/config.js';
import { ConfigModule } from '../src/config/config.module.js';
import { DatabaseModule } from '../src/database/database.module.js';
import { AuditModule } from '../src/audit/audit.module.js';
import { EvidenceModule } from '../src/evidence/evidence.module.js';
import { TimelineModule } from '../src/timeline/timeline.module.js';
import { HealthModule } from '../src/health/health.module.js';
import { HostKeysService } from '../src/hosts/host-keys.service.js';
import { HostsService } from '../src/hosts/hosts.service.js';
import { ApiErrorFilter } from '../src/http/api-error.filter.js';
import { HubIoAdapter } from '../src/http/hub-io.adapter.js';
import { IngestModule } from '../src/ingest/ingest.module.js';
import { ScheduleModule } from '../src/schedule/schedule.module.js';
import { UsersService } from '../src/users/users.service.js';

/** The hub without its pages: everything that a frame passes through. */
export async function startIngest(mongodbUri: string, config: Partial<Config> = {}) {
  const warnings: string[] = [];
  const testing = await Test.createTestingModule({
    imports: [
      ConfigModule.of(new Config({ dataDir: '/nowhere', mongodbUri, journalIntervalMs: 50, ...config })),
      EventEmitterModule.forRoot(),
      DatabaseModule,
      AccessModule,
      HealthModule,
      IngestModule,
      AuditModule,
      EvidenceModule,
      TimelineModule,
      ScheduleModule,
    ],
  }).compile();
  const app = testing.createNestApplication<NestExpressApplication>({
    logger: { log() {}, error() {}, warn: (line: string) => warnings.push(line) } as LoggerService,
    forceCloseConnections: true,
  });
  app.useGlobalFilters(new ApiErrorFilter());
  app.useWebSocketAdapter(new HubIoAdapter(app));
  await app.listen(0, '127.0.0.1');
  const service = <T>(type: Type<T>): T => app.get(type, { strict: false });
  const tenantId = new Types.ObjectId().toHexString();
  return {
    url: await app.getUrl(),
    tenantId,
    service,
    /** What the hub warned of, a line each. */
    warnings,
    stop: () => app.close(),
    /** An access token of a new viewer of a tenant. */
    viewer: async (of = tenantId) => {
      const email = `${randomBytes(6).toString('hex')}@example.org`;
      const viewer = { tenantId: of, email, name: 'Viewer', role: 'viewer', passwordHash: '-' } as const;
      return service(AccessTokens).sign(await service(UsersService).create(viewer)).token;
    },
    /** A new host and a key for its agent. */
    host: async (name: string) => {
      const host = await service(HostsService).create(tenantId, { name });
      return { host, ...(await service(HostKeysService).create(tenantId, host.id)) };
    },
  };
}

export const processList = (name = 'stress', at = Date.now()): ProcessList => ({
  t: at,
  byCpu: [{ pid: 1, name, user: 'root', cpu: 97.5, memory: 2 ** 20 }],
  byMemory: [{ pid: 2, name: 'mysqld', user: 'mysql', cpu: 1, memory: 2 ** 33 }],
});

/** An agent as far as the hub can tell. It never connects again by itself. */
export class TestAgent {
  readonly bootId = randomBytes(8).toString('hex');
  readonly socket: Socket<HubToAgentEvents, AgentToHubEvents>;
  readonly refusals: Refusal[] = [];
  readonly acks: Ack[] = [];
  /** What the hub told it to do, in order. */
  readonly configs: AgentConfig[] = [];
  readonly facts: AgentFacts;

  constructor(url: string, key: string, introduction: Record<string, unknown> = {}) {
    const agent: AgentFacts = (this.facts = {
      bootId: this.bootId,
      version: '0.0.0',
      hostname: 'test',
      os: 'Linux',
      kernel: '6',
      arch: 'x64',
      cpus: 1,
      memTotal: 2 ** 30,
      bootTime: 0,
      interval: 1_000,
    });
    this.socket = io(url + AGENT_NAMESPACE, {
      auth: { key, protocol: PROTOCOL_VERSION, agent, ...introduction },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    });
    this.socket.on('ack', (ack) => this.acks.push(ack));
    this.socket.on('config', (config) => this.configs.push(config));
    this.socket.on('refused', (refusal) => this.refusals.push(refusal));
  }

  static async connected(url: string, key: string): Promise<TestAgent> {
    const agent = new TestAgent(url, key);
    await agent.welcomed();
    return agent;
  }

  /** Resolves when the hub let it in; rejects with why it did not. */
  welcomed(): Promise<{ hostId: string; name: string; time: number }> {
    return new Promise((resolve, reject) => {
      this.socket.once('welcome', resolve);
      this.socket.once('connect_error', (error: Error & { data?: HandshakeRefusal }) => reject(error));
    });
  }

  closed(): Promise<string> {
    return new Promise((resolve) => this.socket.once('disconnect', resolve));
  }

  /** Sends anything at all. */
  send(event: string, ...args: unknown[]): void {
    (this.socket as unknown as Socket).emit(event, ...args);
  }

  /** Numbers that the hub said are safe. */
  get acknowledged(): number[] {
    return this.acks.flatMap(({ ranges }) =>
      ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i)),
    );
  }

  close(): void {
    this.socket.close();
  }
}

export const cpu = { usage: 1, user: 1, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 };

export const frame = (seq: number, parts: Partial<Frame> = {}): Frame => ({
  seq,
  t: Date.now(),
  cpu,
  ...parts,
});
