// The hub of the bench: everything that a frame passes through, whose parts can be left out one by one.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { HOST_LOST, METRICS, SeriesReader } from '@tocsin/shared';
import { AccessTokens } from '../server/dist/auth/access-tokens.js';
import { EvaluationService } from '../server/dist/alerting/evaluation/evaluation.service.js';
import { IncidentsService } from '../server/dist/alerting/incidents/incidents.service.js';
import { RulesService } from '../server/dist/alerting/rules/rules.service.js';
import { Config } from '../server/dist/config/config.js';
import { ConfigModule } from '../server/dist/config/config.module.js';
import { DatabaseModule } from '../server/dist/database/database.module.js';
import { HealthModule } from '../server/dist/health/health.module.js';
import { HostKeysService } from '../server/dist/hosts/host-keys.service.js';
import { HostsService } from '../server/dist/hosts/hosts.service.js';
import { HubIoAdapter } from '../server/dist/http/hub-io.adapter.js';
import { IngestModule } from '../server/dist/ingest/ingest.module.js';
import { LiveService } from '../server/dist/live/live.service.js';
import { HistoryService } from '../server/dist/samples/history.service.js';
import { StoredSizes } from '../server/dist/samples/retention/stored-sizes.js';
import { SamplesService } from '../server/dist/samples/samples.service.js';
import { RollUpService } from '../server/dist/samples/tiers/roll-up.service.js';
import { ScheduleModule } from '../server/dist/schedule/schedule.module.js';
import { TenantsModule } from '../server/dist/tenants/tenants.module.js';
import { TenantsService } from '../server/dist/tenants/tenants.service.js';
import { UsersService } from '../server/dist/users/users.service.js';
import { mongo } from 'mongoose';
import { answer } from './child.mjs';
import { frameSource } from './frame.mjs';
import { pastOf } from './simulate/past.mjs';
import { SimulatedHost } from './simulate/simulated-host.mjs';
import { usage } from './usage.mjs';

const DAY_SECONDS = 86_400;
const BOOT = '0123456789abcdef';

class BenchHub {}
const config = new Config({ dataDir: '', mongodbUri: process.env.BENCH_MONGODB_URI, jwtTtlSeconds: 3600 });
Module({
  imports: [
    ConfigModule.of(config),
    EventEmitterModule.forRoot(),
    DatabaseModule,
    HealthModule,
    TenantsModule,
    IngestModule,
    ScheduleModule,
  ],
})(BenchHub);

const app = await NestFactory.create(BenchHub, { logger: ['error', 'fatal'], forceCloseConnections: true });
app.useWebSocketAdapter(new HubIoAdapter(app));
await app.listen(Number(process.env.BENCH_PORT ?? 0), '127.0.0.1');

const service = (type) => app.get(type, { strict: false });
const [samples, evaluation, live] = [SamplesService, EvaluationService, LiveService].map(service);
const real = {
  store: samples.append.bind(samples),
  evaluate: evaluation.frame.bind(evaluation),
  publish: live.frame.bind(live),
};
let tenantId = '';
let frames = 0;

/** Which parts a frame passes through, besides being accepted. */
function parts({ store, evaluate, publish }) {
  evaluation.frame = evaluate ? real.evaluate : () => {};
  live.frame = publish ? real.publish : () => {};
  samples.append = (...args) => {
    frames += 1;
    if (store) return real.store(...args);
    acknowledging.push(args[1]);
    return true;
  };
}

/** Frames that are not stored are acknowledged together too, so that the stages differ in storing only. */
let acknowledging = [];
setInterval(() => {
  const durable = acknowledging;
  acknowledging = [];
  for (const onDurable of durable) onDurable();
}, config.journalIntervalMs);

async function prepare({ hosts }) {
  tenantId = (await service(TenantsService).default()).id;
  await service(RulesService).ready(tenantId);
  const made = [];
  for (let n = 0; n < hosts; n += 50) {
    const some = Array.from({ length: Math.min(50, hosts - n) }, async (_, i) => {
      const host = await service(HostsService).create(tenantId, { name: `bench-${n + i}` });
      return service(HostKeysService).create(tenantId, host.id);
    });
    made.push(...(await Promise.all(some)));
  }
  // Somebody who is told.
  const owner = { tenantId, email: 'owner@example.org', name: 'Owner', role: 'owner', passwordHash: '-' };
  await service(UsersService).create(owner);
  const viewer = { tenantId, email: 'bench@example.org', name: 'Bench', role: 'viewer', passwordHash: '-' };
  const { token } = service(AccessTokens).sign(await service(UsersService).create(viewer));
  return {
    url: await app.getUrl(),
    token,
    keys: made.map(({ key }) => key),
    hostIds: made.map((m) => m.hostId),
  };
}

/** Gives one host a day of frames, one a second, that ended just now. */
async function fillDay({ hostId }) {
  const reader = new SeriesReader();
  const next = frameSource();
  const to = Math.floor(Date.now() / 60_000) * 60_000;
  for (let second = 0; second < DAY_SECONDS; second += 1) {
    const frame = next(to - (DAY_SECONDS - second) * 1000);
    const { seq, t } = frame;
    real.store({ tenantId, hostId, bootId: BOOT, seq, t, sample: reader.read(frame) }, () => {}, t);
    if (second % 3600 === 0) await samples.commit();
  }
  await samples.commit();
  await samples.writeMinutes(Infinity);
}

/** A year of a simulated host: as many frames as its hub would have kept. Returns how long that took. */
async function fillYear() {
  const host = await service(HostsService).create(tenantId, { name: 'a-year' });
  const reader = new SeriesReader();
  const to = Math.floor(Date.now() / 60_000) * 60_000;
  const span = { from: to - 365 * DAY_SECONDS * 1_000, to, intervalMs: 1_000, whole: false, size: 3_600 };
  const begun = performance.now();
  let frames = 0;
  for (const run of pastOf(new SimulatedHost(0), span)) {
    for (const frame of run.frames) {
      const { seq, t } = frame;
      const accepted = { tenantId, hostId: host.id, bootId: run.bootId, seq, t, sample: reader.read(frame) };
      real.store(accepted, () => {}, t);
    }
    frames += run.frames.length;
    await samples.commit();
    await samples.writeMinutes(Infinity);
  }
  const series = reader.read(new SimulatedHost(0).frameAt(to, 1_000)).values.length;
  const stored = performance.now();
  // Every tier once: each marks the next one.
  for (let tier = 1; tier <= 3; tier += 1)
    await service(RollUpService).rollUp(to + (1 + tier) * DAY_SECONDS * 1_000);
  return {
    ...{ hostId: host.id, to, frames, series },
    storeMs: stored - begun,
    rollUpMs: performance.now() - stored,
    raw: await rawBytes(host.id, to),
  };
}

/** Bytes on disk of a day of samples and of roll-ups of the minute, as the hub's own forecast measures them. */
async function rawBytes(hostId) {
  const sizes = await new StoredSizes(app.get(getConnectionToken())).of([{ tenantId, hostId }]);
  return { raw: sizes.raw * 1_440, '1m': sizes['1m'] * 1_440 };
}

/** How long a page takes to get its ranges, in ms, when MongoDB has read them before. */
async function queryRanges({ hostId, to, ranges, metrics }) {
  const answers = [];
  for (const [name, span] of ranges) {
    const query = { host: hostId, metric: metrics, from: to - span, to, points: 300 };
    const times = [];
    let answer;
    for (let run = 0; run < 11; run += 1) {
      const begun = performance.now();
      answer = await service(HistoryService).query(tenantId, query);
      times.push(performance.now() - begun);
    }
    const [first, ...warm] = times;
    warm.sort((a, b) => a - b);
    answers.push({ name, step: answer.step, first, median: warm[4], worst: warm.at(-1) });
  }
  return answers;
}

/**
 * How long a day of one host takes to answer, in ms, when MongoDB has read it before; and a bare `find` of the
 * same documents.
 */
async function queryDay({ hostId }) {
  const to = Date.now();
  const query = { host: hostId, metric: ['cpu.usage'], from: to - DAY_SECONDS * 1000, to, points: 300 };
  const minutes = app.get(getConnectionToken()).collection('minutes');
  const filter = { tenantId: new mongo.ObjectId(tenantId), hostId: new mongo.ObjectId(hostId) };
  const found = { projection: { minute: 1, layout: 1, rollups: 1 }, batchSize: 2_000 };
  return {
    query: await medianMs(() => service(HistoryService).query(tenantId, query)),
    find: await medianMs(() => minutes.find(filter, found).toArray()),
  };
}

/** So many rules of which one rings when a CPU is busy for a second, one when a host is lost, and the others never. */
async function alertRules({ count }) {
  const rules = service(RulesService);
  for (const { id } of await rules.list(tenantId)) await rules.remove(tenantId, id);
  const metrics = [
    'ram.usage',
    'swap.usage',
    'disk.usage',
    'cpu.iowait',
    'cpu.steal',
    'net.in',
    'net.out',
    'host.uptime',
  ];
  const at = { enabled: true, comparison: '>', forSeconds: 0, keepFiringSeconds: 0, severity: 'critical' };
  await rules.create(tenantId, { ...at, name: 'CPU', metric: 'cpu.usage', firesAt: 90, forSeconds: 1 });
  const lost = { metric: HOST_LOST.id, comparison: '>=', firesAt: 1, forSeconds: 10 };
  await rules.create(tenantId, { ...at, name: 'Host lost', ...lost });
  for (let n = 2; n < count; n += 1) {
    const metric = metrics[n % metrics.length];
    const firesAt = METRICS.get(metric).unit === 'percent' ? 100 : 1e12;
    await rules.create(tenantId, { ...at, name: `Never ${n}`, metric, firesAt });
  }
}

/** Incidents until now, those that are open, and messages to the owner. */
async function told() {
  const { id } = await service(TenantsService).default();
  await service(IncidentsService).written();
  const db = app.get(getConnectionToken());
  const filter = { tenantId: new mongo.ObjectId(id) };
  const [owner] = (await service(UsersService).ofTenant(id)).filter(({ role }) => role === 'owner');
  return {
    incidents: await db.collection('incidents').countDocuments(filter),
    open: await db.collection('incidents').countDocuments({ ...filter, status: 'open' }),
    messages: await db
      .collection('notifications')
      .countDocuments({ ...filter, recipient: `user:${owner.id}` }),
  };
}

/** How many there were until now, open or not. */
async function incidents() {
  const tenant = (await service(TenantsService).default()).id;
  const stored = app.get(getConnectionToken()).collection('incidents');
  await service(IncidentsService).written();
  const filter = { tenantId: new mongo.ObjectId(tenant) };
  const lost = await stored.countDocuments({ ...filter, metric: HOST_LOST.id });
  return { lost, other: (await stored.countDocuments(filter)) - lost };
}

async function medianMs(run) {
  const times = [];
  for (let n = 0; n < 15; n += 1) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

answer({
  prepare,
  parts,
  fillDay,
  queryDay,
  fillYear,
  queryRanges,
  incidents,
  alertRules,
  told,
  mark: () => ({ ...usage(), frames }),
  stop: () => app.close(),
});
