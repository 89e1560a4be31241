import type { HostRecord } from '../../hosts/hosts.service.js';
import { type QuietPreview, type Silence, SILENCE_LIMITS, type SilencePage } from '@tocsin/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../../test/accounts.js';
import { TestBrowser } from '../../../test/live.js';
import { newId, startQuiet } from '../../../test/quiet.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { RulesService } from '../rules/rules.service.js';
import { SilencesService } from './silences.service.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let hub: Awaited<ReturnType<typeof startQuiet>>;
let operator: Client;
let viewer: Client;
let stranger: Client;
let web: HostRecord;
let db: HostRecord;
let foreign: HostRecord;

beforeAll(async () => {
  hub = await startQuiet();
  const elsewhere = newId();
  operator = await hub.member('operator');
  viewer = await hub.member('viewer');
  stranger = await hub.member('owner', elsewhere);
  web = await hub.host('web-1', ['web', 'prod']);
  db = await hub.host('db-1', ['db', 'prod']);
  foreign = await hub.host('elsewhere', [], elsewhere);
});
afterAll(() => hub?.stop());

const body = (over: Record<string, unknown> = {}) => ({
  matchers: { hostIds: [web.id] },
  endsAt: Date.now() + HOUR,
  comment: 'Moving the racks',
  ...over,
});
const make = async (over: Record<string, unknown> = {}): Promise<Silence> => {
  const { status, body: made } = await operator.post<Silence>('/silences', body(over));
  expect(status).toBe(201);
  return made;
};
const list = async (query = '') => (await viewer.get<SilencePage>(`/silences${query}`)).body;
const idsOf = ({ silences }: SilencePage) => silences.map(({ id }) => id);

beforeEach(async () => {
  for (const id of idsOf(await list('?state=active'))) await operator.delete(`/silences/${id}`);
  for (const id of idsOf(await list('?state=scheduled'))) await operator.delete(`/silences/${id}`);
});

describe('a silence', () => {
  it('holds what is open and fits at once, and what opens later from its first moment on', async () => {
    const [before, other] = [hub.incident(web.id), hub.incident(db.id)];
    const silence = await make();
    const hold = { by: 'silence', id: silence.id, name: 'Moving the racks', until: silence.endsAt };
    expect(hub.holds(before.id)).toEqual([hold]);
    expect(hub.holds(other.id)).toBeUndefined();
    expect(hub.incident(web.id).holds).toEqual([hold]);
    expect(silence).toMatchObject({ author: 'The operator', matchers: { hostIds: [web.id] } });
  });

  it('lets go at once when it is ended, and stays in the history', async () => {
    const { id } = hub.incident(web.id);
    const silence = await make();
    const { status, body: ended } = await operator.send<Silence>('DELETE', `/silences/${silence.id}`);
    expect(status).toBe(200);
    expect(ended.endsAt).toBeLessThanOrEqual(Date.now());
    expect(hub.holds(id)).toBeUndefined();
    expect((await list('?state=expired')).silences[0]).toEqual(ended);
    // Doing it again changes nothing.
    expect((await operator.send<Silence>('DELETE', `/silences/${silence.id}`)).body).toEqual(ended);
  });

  it('lets go by itself within a second after its end', async () => {
    const { id } = hub.incident(web.id);
    const silence = await make();
    const review = (now: number) => hub.service(IncidentsService).review(now, hub.tenantId);
    review(silence.endsAt - 1);
    expect(hub.holds(id)).toHaveLength(1);
    review(silence.endsAt);
    expect(hub.holds(id)).toBeUndefined();
  });

  it('holds nothing before it begins', async () => {
    const { id } = hub.incident(web.id);
    const silence = await make({ startsAt: Date.now() + HOUR, endsAt: Date.now() + 2 * HOUR });
    expect(hub.holds(id)).toBeUndefined();
    hub.service(IncidentsService).review(silence.startsAt, hub.tenantId);
    expect(hub.holds(id)).toHaveLength(1);
  });

  it('is changed, made longer, and goes by the tags that hosts have now', async () => {
    const { id } = hub.incident(db.id);
    const silence = await make();
    const changes = {
      matchers: { tags: { match: 'all', names: ['db', 'prod'] } },
      endsAt: Date.now() + DAY,
      comment: ' Moving more ',
    };
    const { body: changed } = await operator.patch<Silence>(`/silences/${silence.id}`, changes);
    expect(changed).toEqual({ ...silence, ...changes, comment: 'Moving more' });
    expect(hub.holds(id)).toEqual([
      { by: 'silence', id: silence.id, name: 'Moving more', until: changes.endsAt },
    ]);
  });

  it('is not changed once it is over', async () => {
    const { id } = await make();
    await operator.delete(`/silences/${id}`);
    const answer = await operator.patch(`/silences/${id}`, { endsAt: Date.now() + DAY });
    expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('that ends last is the one that is named', async () => {
    await make({ endsAt: Date.now() + HOUR });
    const longest = await make({ endsAt: Date.now() + 3 * HOUR });
    await make({ endsAt: Date.now() + 2 * HOUR });
    expect(hub.incident(web.id).holds).toMatchObject([{ id: longest.id }]);
  });

  it('survives a restart of the hub, also one that has not begun', async () => {
    const { id } = hub.incident(web.id);
    const active = await make();
    const scheduled = await make({ startsAt: Date.now() + HOUR, endsAt: Date.now() + 2 * HOUR });
    await vi.waitFor(async () =>
      expect(await hub.database.collection('incidents').findOne({ 'holds.id': active.id })).not.toBeNull(),
    );
    await hub.restart();
    [operator, viewer] = [await hub.member('operator'), await hub.member('viewer')];
    stranger = await hub.member('owner', foreign.tenantId);
    expect(hub.holds(id)).toMatchObject([{ id: active.id }]);
    expect(hub.incident(web.id).holds).toMatchObject([{ id: active.id }]);
    expect((await list()).silences.slice(0, 2)).toEqual([active, scheduled]);
  });

  it('tells everybody who looks that there is something new', async () => {
    const browser = await TestBrowser.connected(hub.url, await hub.viewerToken());
    const told = new Promise<void>((resolve) => browser.socket.once('quiet', resolve));
    await make();
    await told;
    browser.close();
  });
});

describe('GET /silences', () => {
  it('has active ones by their end, then scheduled ones by their begin, then the rest', async () => {
    const now = Date.now();
    const late = await make({ startsAt: now + 5 * HOUR, endsAt: now + 6 * HOUR });
    const soon = await make({ startsAt: now + HOUR, endsAt: now + 9 * HOUR });
    const long = await make({ endsAt: now + 3 * HOUR });
    const short = await make({ endsAt: now + HOUR });
    const over = await make();
    await operator.delete(`/silences/${over.id}`);
    expect(idsOf(await list()).slice(0, 5)).toEqual([short.id, long.id, soon.id, late.id, over.id]);
    expect(idsOf(await list('?state=active'))).toEqual([short.id, long.id]);
    expect(idsOf(await list('?state=scheduled'))).toEqual([soon.id, late.id]);
  });

  it('leads through those that are over, a page at a time', async () => {
    for (let i = 0; i < 5; i += 1) await operator.delete(`/silences/${(await make()).id}`);
    const all = idsOf(await list('?state=expired&limit=200'));
    const paged: string[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await list(`?state=expired&limit=2${after ? `&after=${after}` : ''}`);
      paged.push(...idsOf(page));
      after = page.next;
    }
    expect(paged).toEqual(all);
    expect(new Set(paged).size).toBeGreaterThanOrEqual(5);
  });

  it('knows no other states', async () => {
    expect(await viewer.get('/silences?state=asleep')).toMatchObject({
      status: 400,
      body: { field: '/state' },
    });
  });
});

describe('POST /silences/preview', () => {
  const preview = (matchers: unknown, as = viewer) =>
    as.post<QuietPreview>('/silences/preview', { matchers });

  it('says which hosts and which open incidents would be held', async () => {
    const fits = hub.incident(db.id, { instance: '/srv/data' });
    hub.incident(db.id, { instance: '/' });
    hub.incident(db.id, { instance: '/srv/data', severity: 'info' });
    const { status, body: answer } = await preview({
      tags: { match: 'any', names: ['db'] },
      instance: '/srv/*',
      severities: ['critical'],
    });
    expect(status).toBe(200);
    expect(answer.hosts).toEqual([{ id: db.id, name: 'db-1' }]);
    expect(answer.incidents.map(({ id }) => id)).toEqual([fits.id]);
    expect(answer).toMatchObject({ hostCount: 1, incidentCount: 1 });
  });

  it('changes nothing, and refuses what could not be made', async () => {
    const { id } = hub.incident(web.id);
    await preview({ hostIds: [web.id] });
    expect(hub.holds(id)).toBeUndefined();
    expect(await preview({})).toMatchObject({ status: 400, body: { field: '/matchers' } });
    expect(await preview({ hostIds: [foreign.id] })).toMatchObject({
      status: 400,
      body: { field: '/matchers/hostIds/0' },
    });
  });
});

describe('what is refused', () => {
  it.each<[string, () => Record<string, unknown>, string]>([
    ['nothing to be silent', () => ({ matchers: {} }), '/matchers'],
    ['an unknown matcher', () => ({ matchers: { colour: 'red' } }), '/matchers/colour'],
    ['a metric that is none', () => ({ matchers: { metrics: ['cpu.mood'] } }), '/matchers/metrics/0'],
    ['a severity that is none', () => ({ matchers: { severities: ['fatal'] } }), '/matchers/severities/0'],
    [
      'a host of another tenant',
      () => ({ matchers: { hostIds: [web.id, foreign.id] } }),
      '/matchers/hostIds/1',
    ],
    ['a rule that is not there', () => ({ matchers: { ruleIds: [newId()] } }), '/matchers/ruleIds/0'],
    ['an end in the past', () => ({ startsAt: 1, endsAt: 2 }), '/endsAt'],
    ['an end before the begin', () => ({ startsAt: Date.now() + DAY }), '/endsAt'],
    ['more than a year', () => ({ endsAt: Date.now() + 400 * DAY }), '/endsAt'],
    ['no end', () => ({ endsAt: undefined }), '/endsAt'],
    ['a time that is none', () => ({ endsAt: 'tomorrow' }), '/endsAt'],
    ['a comment that is a book', () => ({ comment: 'x'.repeat(501) }), '/comment'],
    ['somebody else as its author', () => ({ author: 'Eve' }), '/author'],
  ])('%s', async (_, over, field) => {
    const made = await operator.post('/silences', body(over()));
    expect(made).toMatchObject({ status: 400, body: { code: 'invalid', field } });
    expect(made.body.message).not.toBe('');
  });

  it('a change that could not be made new', async () => {
    const { id } = await make();
    const patch = (changes: unknown) => operator.patch(`/silences/${id}`, changes);
    expect(await patch({ endsAt: 5 })).toMatchObject({ status: 400, body: { field: '/endsAt' } });
    expect(await patch({ matchers: {} })).toMatchObject({ status: 400, body: { field: '/matchers' } });
    expect(await patch({ author: 'Eve' })).toMatchObject({ status: 400, body: { field: '/author' } });
  });

  it('whatever is not of the tenant', async () => {
    const { id } = await make();
    for (const [of, path] of [
      [stranger, id],
      [operator, newId()],
      [operator, 'nonsense'],
    ] as const) {
      const changed = await of.patch(`/silences/${path}`, { comment: 'x' });
      expect(changed).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect((await of.delete(`/silences/${path}`)).status).toBe(404);
    }
    expect((await stranger.get<SilencePage>('/silences')).body.silences).toEqual([]);
    expect((await stranger.get(`/silences?after=${id}`)).status).toBe(404);
    const foreignIncident = hub.incident(foreign.id, {}, foreign.tenantId);
    await make({ matchers: { severities: ['critical'] } });
    expect(hub.holds(foreignIncident.id, foreign.tenantId)).toBeUndefined();
  });

  it('a viewer who wants to change something', async () => {
    const { id } = await make();
    expect((await viewer.post('/silences', body())).status).toBe(403);
    expect((await viewer.patch(`/silences/${id}`, { comment: 'x' })).status).toBe(403);
    expect((await viewer.delete(`/silences/${id}`)).status).toBe(403);
  });
});

it('a rule of the tenant may be named', async () => {
  await hub.service(RulesService).ready(hub.tenantId);
  const [rule] = hub.service(RulesService).of(hub.tenantId);
  const silence = await make({ matchers: { ruleIds: [rule!.id] } });
  expect(hub.incident(db.id, { ruleId: rule!.id }).holds).toMatchObject([{ id: silence.id }]);
});

it('one whose host was removed can be made longer', async () => {
  const gone = await hub.host('gone');
  const { id } = await make({ matchers: { hostIds: [gone.id] } });
  await (await hub.member('admin')).delete(`/hosts/${gone.id}`);
  expect((await operator.patch(`/silences/${id}`, { endsAt: Date.now() + DAY })).status).toBe(200);
});

it('changes at the same time are all kept', async () => {
  const { id } = await make();
  const endsAt = Date.now() + DAY;
  await Promise.all([
    operator.patch(`/silences/${id}`, { comment: 'new' }),
    operator.patch(`/silences/${id}`, { endsAt }),
  ]);
  expect((await list('?state=active')).silences).toMatchObject([{ id, comment: 'new', endsAt }]);
});

it('there are so many at most that every incident can be held against them', async () => {
  const silences = hub.service(SilencesService);
  const [tenantId, now] = [newId(), Date.now()];
  const settings = { matchers: { severities: ['info' as const] }, endsAt: now + HOUR };
  const made = await Promise.allSettled(
    Array.from({ length: SILENCE_LIMITS.live + 2 }, () => silences.create(tenantId, settings, 'Ada', now)),
  );
  expect(made.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  const { status, body: refusal } = await (
    await hub.member('operator', tenantId)
  ).post('/silences', { ...settings });
  expect({ status, code: refusal.code }).toEqual({ status: 409, code: 'conflict' });
  // What is over makes room.
  await silences.create(tenantId, { ...settings, endsAt: now + 3 * HOUR }, 'Ada', now + 2 * HOUR);
});

it('what was over 90 days ago is forgotten, and nothing else', async () => {
  const silences = hub.service(SilencesService);
  const tenantId = newId();
  const settings = (endsAt: number) => ({ matchers: { severities: ['info' as const] }, startsAt: 0, endsAt });
  const now = Date.now();
  const kept = [];
  for (const endsAt of [DAY, 2 * DAY, now + HOUR]) {
    kept.push(await silences.create(tenantId, settings(endsAt), 'Ada', endsAt - HOUR));
  }
  const after = SILENCE_LIMITS.keptMs + 2 * DAY;
  await silences.prune(after - 1);
  expect((await silences.list(tenantId, {}, now)).silences.map(({ id }) => id)).toEqual([
    kept[2]!.id,
    kept[1]!.id,
  ]);
  await silences.prune(after);
  expect(idsOf(await silences.list(tenantId, {}, now))).toEqual([kept[2]!.id]);
});
