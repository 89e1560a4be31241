import {
  type BulkAnswer,
  DEFAULT_RETENTION,
  type Incident,
  type IncidentCounts,
  type IncidentPage,
  type IncidentTimeline,
} from '@tocsin/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../test/accounts.js';
import { newId, startQuiet } from '../../../test/quiet.js';
import { RetentionService } from '../../samples/retention/retention.service.js';
import { IncidentsService } from './incidents.service.js';
import { OldIncidents } from './old-incidents.service.js';

let world: Awaited<ReturnType<typeof startQuiet>>;
let operator: Client;
let viewer: Client;
let hostId: string;
beforeAll(async () => {
  world = await startQuiet();
  operator = await world.member('operator');
  viewer = await world.member('viewer');
  hostId = (await world.host('web-1')).id;
});
afterAll(() => world.stop());

const MINUTE = 60_000;
const post = <T = Incident>(path: string, body?: unknown, by = operator) =>
  by.post<T>(`/incidents/${path}`, body);
const timeline = async (id: string) =>
  (await viewer.get<IncidentTimeline>(`/incidents/${id}/timeline`)).body.timeline;
const kinds = async (id: string) =>
  (await timeline(id)).map(({ kind }) => kind).filter((k) => k !== 'notified');
const letPass = (ms: number) => world.service(IncidentsService).review(Date.now() + ms);
const open = () => world.incident(hostId);

describe('an incident', () => {
  it('is acknowledged with a note and for a time, after which nobody takes care of it', async () => {
    const { id } = open();
    const { status, body } = await post(`${id}/acknowledge`, { note: 'On it', forMinutes: 30 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ acknowledgedBy: 'The operator', acknowledgedNote: 'On it' });
    expect(body.acknowledgedUntil! - body.acknowledgedAt!).toBe(30 * MINUTE);
    letPass(29 * MINUTE);
    expect((await viewer.get<Incident>(`/incidents/${id}`)).body.acknowledgedAt).toBeDefined();
    letPass(31 * MINUTE);
    const after = (await viewer.get<Incident>(`/incidents/${id}`)).body;
    for (const name of ['acknowledgedAt', 'acknowledgedBy', 'acknowledgedNote', 'acknowledgedUntil']) {
      expect(after).not.toHaveProperty(name);
    }
    expect(await kinds(id)).toEqual(['opened', 'acknowledged', 'unacknowledged']);
    expect((await timeline(id)).find(({ kind }) => kind === 'acknowledged')).toMatchObject({
      note: 'On it',
      by: { name: 'The operator', via: 'web' },
    });
  });

  it('keeps the first who acknowledged it, unless the next one says more', async () => {
    const { id } = open();
    await post(`${id}/acknowledge`);
    const owner = await world.member('owner');
    expect((await post(`${id}/acknowledge`, undefined, owner)).body.acknowledgedBy).toBe('The operator');
    expect(await kinds(id)).toEqual(['opened', 'acknowledged']);
    expect((await post(`${id}/acknowledge`, { note: 'Mine' }, owner)).body.acknowledgedBy).toBe('The owner');
    expect((await post(`${id}/unacknowledge`)).body).not.toHaveProperty('acknowledgedAt');
  });

  it('is held back while it is snoozed, and not after', async () => {
    const { id } = open();
    const { body } = await post(`${id}/snooze`, { forMinutes: 60 });
    expect(body.holds).toEqual([{ by: 'snoozed', name: 'The operator', until: body.snoozedUntil }]);
    letPass(61 * MINUTE);
    expect(world.holds(id)).toBeUndefined();
    await post(`${id}/snooze`, { forMinutes: 60 });
    expect((await post(`${id}/unsnooze`)).body).not.toHaveProperty('holds');
  });

  it('is resolved by hand, which says by whom and why', async () => {
    const { id } = open();
    const { body } = await post(`${id}/resolve`, { note: 'A test of ours' });
    expect(body).toMatchObject({ status: 'resolved', resolution: 'by_hand', resolvedNote: 'A test of ours' });
    expect((await timeline(id)).at(-1)).toMatchObject({ kind: 'resolved', by: { name: 'The operator' } });
    expect((await post(`${id}/resolve`)).status).toBe(200);
  });

  it('is assigned to a member and taken back', async () => {
    const { id } = open();
    const members = (await viewer.get<{ id: string; name: string }[]>('/members')).body;
    const member = members.find(({ name }) => name === 'The operator')!;
    expect((await post(`${id}/assign`, { userId: member.id })).body.assignee).toEqual({
      id: member.id,
      name: 'The operator',
    });
    expect((await post(`${id}/assign`, {})).body).not.toHaveProperty('assignee');
    expect(await post(`${id}/assign`, { userId: newId() })).toMatchObject({
      status: 422,
      body: { field: '/userId' },
    });
  });

  it('is commented while it is open and after', async () => {
    const { id } = open();
    await post(`${id}/comments`, { text: 'Looking' });
    await post(`${id}/resolve`);
    expect((await post(`${id}/comments`, { text: 'It was the cron job' })).body.comments).toBe(2);
    const said = (await timeline(id)).filter(({ kind }) => kind === 'commented');
    expect(said).toMatchObject([{ text: 'Looking' }, { text: 'It was the cron job' }]);
    expect(await post(`${id}/snooze`, { forMinutes: 5 })).toMatchObject({ status: 409 });
  });

  it('takes no more words than fit, and none are lost by it', async () => {
    const { id } = open();
    const answers: number[] = [];
    for (let i = 0; i < 152; i += 1) answers.push((await post(`${id}/comments`, { text: `${i}` })).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(150);
    expect(answers.slice(150)).toEqual([409, 409]);
    await post(`${id}/resolve`);
    expect((await post(`${id}/comments`, { text: 'one more' })).status).toBe(409);
    expect((await kinds(id)).filter((kind) => kind === 'commented')).toHaveLength(150);
  });

  it('has all of that after a restart', async () => {
    const { id } = open();
    await post(`${id}/acknowledge`, { note: 'On it' });
    await post(`${id}/comments`, { text: 'Looking' });
    const before = await timeline(id);
    await world.restart();
    operator = await world.member('operator');
    viewer = await world.member('viewer');
    expect((await timeline(id)).filter(({ kind }) => kind !== 'notified')).toEqual(
      before.filter(({ kind }) => kind !== 'notified'),
    );
    expect((await viewer.get<Incident>(`/incidents/${id}`)).body).toMatchObject({
      acknowledgedNote: 'On it',
      comments: 1,
    });
  });
});

describe('what is refused changes nothing', () => {
  it.each([
    ['acknowledge', { forMinutes: 0 }, '/forMinutes'],
    ['acknowledge', { note: '' }, '/note'],
    ['acknowledge', { status: 'resolved' }, '/status'],
    ['snooze', {}, '/forMinutes'],
    ['snooze', { forMinutes: 1e6 }, '/forMinutes'],
    ['comments', { text: { $ne: 1 } }, '/text'],
    ['assign', { userId: 'me' }, '/userId'],
  ])('%s %j', async (action, body, field) => {
    const { id } = open();
    expect(await post(`${id}/${action}`, body)).toMatchObject({ status: 400, body: { field } });
    expect(await kinds(id)).toEqual(['opened']);
  });

  it('a viewer may look and not touch; nobody reaches into another tenant', async () => {
    const { id } = open();
    const stranger = await world.member('owner', newId());
    for (const action of ['acknowledge', 'unacknowledge', 'unsnooze', 'resolve']) {
      expect((await post(`${id}/${action}`, {}, viewer)).status).toBe(403);
      expect((await post(`${id}/${action}`, {}, stranger)).status).toBe(404);
    }
    expect((await stranger.get(`/incidents/${id}/timeline`)).status).toBe(404);
    const bulk = { ids: [id], action: { kind: 'resolve' } };
    expect((await post<BulkAnswer>('bulk', bulk, stranger)).body).toMatchObject({
      done: [],
      refused: [{ id, code: 'not_found' }],
    });
    expect(await kinds(id)).toEqual(['opened']);
  });
});

describe('many at once', () => {
  it('does each by itself', async () => {
    const [a, b] = [open(), open()];
    await post(`${b.id}/resolve`);
    const gone = newId();
    const ids = [a.id, b.id, gone];
    const { body } = await post<BulkAnswer>('bulk', { ids, action: { kind: 'acknowledge' } });
    expect(body.done).toEqual([a.id]);
    expect(body.refused.map(({ id, code }) => [id, code])).toEqual([
      [b.id, 'conflict'],
      [gone, 'not_found'],
    ]);
    const tooMany = { ids: Array.from({ length: 501 }, newId), action: { kind: 'acknowledge' } };
    expect(await post('bulk', tooMany)).toMatchObject({ status: 400, body: { field: '/ids' } });
  });
});

describe('the list', () => {
  const list = async (query: string) => (await viewer.get<IncidentPage>(`/incidents?${query}`)).body;
  const ids = async (query: string) => (await list(query)).incidents.map(({ id }) => id);

  it('filters, searches and orders', async () => {
    const other = await world.host('db-1');
    const about = { hostName: 'db-1 (a.b)' };
    const info = world.incident(other.id, { ...about, severity: 'info' });
    const critical = world.incident(other.id, { ...about, severity: 'critical' });
    const warning = world.incident(other.id, { ...about, severity: 'warning' });
    await post(`${warning.id}/acknowledge`);
    const host = `host=${other.id}`;
    expect(await ids(host)).toEqual([warning.id, critical.id, info.id]);
    expect(await ids(`${host}&status=open&sort=worst`)).toEqual([critical.id, warning.id, info.id]);
    for (const sort of ['', '&status=open&sort=worst']) {
      expect(await ids(`${host}&severity=warning${sort}`)).toEqual([warning.id]);
      expect(await ids(`${host}&acknowledged=true${sort}`)).toEqual([warning.id]);
      expect(await ids(`q=${encodeURIComponent('DB-1 (A.B)')}${sort}`)).toHaveLength(3);
      expect(await ids(`q=${encodeURIComponent('DB-1 (AxB)')}${sort}`)).toEqual([]);
      expect(await ids(`q=${encodeURIComponent('.*')}${sort}`)).toEqual([]);
      expect(await ids(`${host}&from=${Date.now() + MINUTE}${sort}`)).toEqual([]);
    }
    const first = await list(`${host}&status=open&sort=worst&limit=2`);
    expect(first.next).toBe(warning.id);
    await post(`${warning.id}/resolve`);
    expect(await ids(`${host}&status=open&sort=worst&after=${first.next}`)).toEqual([info.id]);
    expect(await viewer.get('/incidents?sort=worst')).toMatchObject({
      status: 400,
      body: { field: '/sort' },
    });
  });

  it('counts what is open', async () => {
    const before = (await viewer.get<IncidentCounts>('/incidents/counts')).body;
    const { id } = world.incident(hostId, { severity: 'warning' });
    await post(`${id}/acknowledge`);
    expect((await viewer.get<IncidentCounts>('/incidents/counts')).body).toEqual({
      ...before,
      open: before.open + 1,
      warning: before.warning + 1,
    });
  });
});

describe('an old incident', () => {
  it('goes when its tenant keeps it no longer, and an open one never does', async () => {
    const [going, staying] = [open(), open()];
    await post(`${going.id}/resolve`);
    const old = world.service(OldIncidents);
    await world.service(RetentionService).save(world.tenantId, DEFAULT_RETENTION);
    await old.prune(Date.now() + 399 * 86_400_000);
    expect((await viewer.get(`/incidents/${going.id}`)).status).toBe(200);
    await old.prune(Date.now() + 401 * 86_400_000);
    expect((await viewer.get(`/incidents/${going.id}`)).status).toBe(404);
    expect((await viewer.get(`/incidents/${staying.id}`)).status).toBe(200);
  });
});
