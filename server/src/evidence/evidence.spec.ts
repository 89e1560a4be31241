import { DEFAULT_RULES, HOST_LOST, type IncidentEvidence, type RuleSettings } from '@tocsin/shared';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../test/accounts.js';
import { freshDatabase } from '../../test/database.js';
import { cpu, frame, processList, startIngest, TestAgent } from '../../test/ingest.js';
import { IncidentActions } from '../alerting/incidents/incident-actions.js';
import { IncidentsService } from '../alerting/incidents/incidents.service.js';
import { RulesService } from '../alerting/rules/rules.service.js';
import { HostsService } from '../hosts/hosts.service.js';
import { ProcessesService } from '../processes/processes.service.js';
import { EvidenceStore } from './evidence-store.js';
import { EvidenceService, WAITING_AT_MOST } from './evidence.service.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
let viewer: Client;
const open: { close(): void }[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
  viewer = new Client(hub.url, await hub.viewer());
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) one.close();
  await hub.stop();
  await database.drop();
});

const busy: RuleSettings = {
  name: 'CPU busy',
  enabled: true,
  metric: 'cpu.usage',
  comparison: '>',
  firesAt: 90,
  clearsAt: 80,
  forSeconds: 0,
  keepFiringSeconds: 0,
  severity: 'critical',
};

async function newAgent(name = 'web-1') {
  const { host, key } = await hub.host(name);
  const agent = await TestAgent.connected(hub.url, key);
  open.push(agent);
  const asked: ((list: ReturnType<typeof processList>) => void)[] = [];
  agent.socket.on('processes', (answer) => asked.push(answer));
  let seq = 0;
  /** Resolves when the hub has dealt with it. */
  const report = async (usage: number) => {
    agent.send('frame', frame((seq += 1), { cpu: { ...cpu, usage } }));
    const current = seq;
    await vi.waitFor(() => expect(agent.acknowledged).toContain(current));
  };
  return { host, agent, asked, report };
}
const rule = (over: Partial<RuleSettings> = {}) =>
  hub.service(RulesService).create(hub.tenantId, { ...busy, ...over });
const incidents = () => hub.service(IncidentsService).openOf(hub.tenantId);
const allOf = async (incidentId: string, by = viewer) =>
  (await by.get<IncidentEvidence>(`/incidents/${incidentId}/evidence`)).body;
/** Lists of processes; the metric's values are there or not by when they were read. */
const evidenceOf = async (incidentId: string, by = viewer) => {
  const evidence = (await allOf(incidentId, by)).evidence?.filter(({ kind }) => kind === 'processes');
  return { count: evidence?.length, evidence };
};
const stored = () => database.connection.collection('evidence');
const once = <T>(what: () => T | Promise<T>) => vi.waitFor(what, 5_000);

describe('an incident that opens', () => {
  it('keeps how its metric came to it', async () => {
    await rule({ forSeconds: 0 });
    const { report } = await newAgent();
    await report(20);
    await report(95);
    const [incident] = incidents();
    const metric = await once(async () => {
      const found = (await allOf(incident!.id)).evidence.find(({ kind }) => kind === 'metric');
      expect(found).toBeDefined();
      return found as Extract<typeof found, { kind: 'metric' }>;
    });
    expect(Math.max(...metric.points.map(([, , max]) => max))).toBe(95);
    for (const [at] of metric.points) expect(at).toBeLessThanOrEqual(incident!.openedAt);
  });

  it('keeps what its host’s processes were', async () => {
    await rule();
    const { asked, report } = await newAgent();
    await report(95);
    const [incident] = incidents();
    expect(await evidenceOf(incident!.id)).toEqual({ count: 0, evidence: [] });
    await once(() => expect(asked).toHaveLength(1));
    const list = processList();
    asked[0]!(list);
    await once(async () => expect(await evidenceOf(incident!.id)).toMatchObject({ count: 1 }));
    expect(await evidenceOf(incident!.id)).toEqual({
      count: 1,
      evidence: [
        {
          id: expect.stringMatching(/^[0-9a-f]{24}$/),
          kind: 'processes',
          at: expect.any(Number),
          processes: list,
        },
      ],
    });
  });

  it('does not ask again while it goes on, is acknowledged or is resolved', async () => {
    await rule();
    const { asked, report } = await newAgent();
    await report(95);
    await once(() => expect(asked).toHaveLength(1));
    asked[0]!(processList());
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(1));
    const [incident] = incidents();
    const ada = { id: '000000000000000000000001', name: 'Ada', via: 'web' };
    const acknowledge = { kind: 'acknowledge' } as const;
    await hub.service(IncidentActions).do(hub.tenantId, incident!.id, acknowledge, ada, Date.now());
    await report(99);
    await report(10);
    expect(incidents()).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(await evidenceOf(incident!.id)).toMatchObject({ count: 1 });
  });

  it('shares one list with those that open with it, and with those that follow within seconds', async () => {
    await rule();
    await rule({ name: 'CPU busy, too' });
    await rule({ name: 'CPU saturated', firesAt: 98, clearsAt: 97 });
    const { asked, report } = await newAgent();
    await report(95);
    await once(() => expect(asked).toHaveLength(1));
    asked[0]!(processList());
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(2));
    await report(99);
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(3));
    expect(asked).toHaveLength(1);
    const kept = await stored().find({ kind: 'processes' }).toArray();
    expect(new Set(kept.map(({ incidentId }) => String(incidentId))).size).toBe(3);
    expect(new Set(kept.map(({ processes }) => JSON.stringify(processes))).size).toBe(1);
  });

  it('is told and written without waiting for an agent that never answers', async () => {
    await rule();
    const { asked, report } = await newAgent();
    await report(95);
    await once(() => expect(asked).toHaveLength(1));
    const [incident] = incidents();
    expect((await viewer.get(`/incidents/${incident!.id}`)).status).toBe(200);
    expect(await database.connection.collection('incidents').countDocuments()).toBe(1);
    expect(await evidenceOf(incident!.id)).toEqual({ count: 0, evidence: [] });
  });

  it('of a lost host asks nobody', async () => {
    const lost = DEFAULT_RULES.find(({ settings }) => settings.metric === HOST_LOST.id)!;
    await hub.service(RulesService).create(hub.tenantId, { ...lost.settings, forSeconds: 0 });
    const { agent, asked } = await newAgent();
    const asking = vi.spyOn(hub.service(ProcessesService), 'of');
    agent.close();
    await once(() => expect(incidents().map(({ metric }) => metric)).toEqual([HOST_LOST.id]));
    expect(asked).toEqual([]);
    expect(asking).not.toHaveBeenCalled();
  });
});

describe('evidence', () => {
  it('is shown to those who may see incidents, in their own tenant only', async () => {
    await rule();
    const { asked, report } = await newAgent();
    await report(95);
    await once(() => expect(asked).toHaveLength(1));
    asked[0]!(processList());
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(1));
    const [incident] = incidents();
    const path = `/incidents/${incident!.id}/evidence`;
    const stranger = new Client(hub.url, await hub.viewer('f'.repeat(24)));
    expect((await stranger.get(path)).status).toBe(404);
    expect((await new Client(hub.url).get(path)).status).toBe(401);
    expect((await viewer.get('/incidents/nonsense/evidence')).status).toBe(404);
    expect((await viewer.get(path)).status).toBe(200);
  });

  it('goes with its host, and is not written for one that is gone', async () => {
    await rule();
    const leaving = await newAgent('leaving');
    const staying = await newAgent('staying');
    for (const { asked, report } of [leaving, staying]) {
      await report(95);
      await once(() => expect(asked).toHaveLength(1));
    }
    staying.asked[0]!(processList());
    leaving.asked[0]!(processList());
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(2));
    await hub.service(HostsService).remove(hub.tenantId, leaving.host.id);
    await once(async () => expect(await stored().countDocuments({ kind: 'processes' })).toBe(1));

    const late = await newAgent('late');
    await late.report(95);
    await once(() => expect(late.asked).toHaveLength(1));
    const answer = late.asked[0]!;
    await hub.service(HostsService).remove(hub.tenantId, late.host.id);
    answer(processList());
    await hub.service(EvidenceService).beforeApplicationShutdown();
    expect(
      (await stored().find({ kind: 'processes' }).toArray()).map(({ hostId }) => String(hostId)),
    ).toEqual([staying.host.id]);
  });

  it('is written when MongoDB is back, and bounded while it is away', async () => {
    await rule();
    const { asked, report } = await newAgent();
    const write = vi.spyOn(hub.service(EvidenceStore), 'write').mockRejectedValue(new Error('away'));
    await report(95);
    await once(() => expect(asked).toHaveLength(1));
    asked[0]!(processList());
    await once(() => expect(write).toHaveBeenCalled());
    const [incident] = incidents();
    const evidence = hub.service(EvidenceService);
    for (let i = 0; i < WAITING_AT_MOST + 10; i += 1) {
      await evidence.incidentChanged({ tenantId: hub.tenantId, incident: incident!, opened: true });
    }
    write.mockRestore();
    await once(async () => expect(await stored().countDocuments()).toBe(WAITING_AT_MOST));
    expect(hub.warnings.filter((line) => line.includes('given up'))).toHaveLength(1);
  });
});
