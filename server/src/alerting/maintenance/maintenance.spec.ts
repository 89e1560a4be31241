import {
  MAINTENANCE_LIMITS,
  type MaintenancePreview,
  type MaintenanceSettings,
  type MaintenanceView,
  type Silence,
} from '@tocsin/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../../test/accounts.js';
import { TestBrowser } from '../../../test/live.js';
import { newId, startQuiet } from '../../../test/quiet.js';
import type { HostRecord } from '../../hosts/hosts.service.js';
import { IncidentsService } from '../incidents/incidents.service.js';
import { MaintenanceService } from './maintenance.service.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let hub: Awaited<ReturnType<typeof startQuiet>>;
let admin: Client;
let operator: Client;
let viewer: Client;
let stranger: Client;
let web: HostRecord;
let db: HostRecord;
let foreign: HostRecord;

const signIn = async () => {
  admin = await hub.member('admin');
  operator = await hub.member('operator');
  viewer = await hub.member('viewer');
};
beforeAll(async () => {
  hub = await startQuiet();
  const elsewhere = newId();
  await signIn();
  stranger = await hub.member('owner', elsewhere);
  web = await hub.host('web-1', ['web']);
  db = await hub.host('db-1', ['db']);
  foreign = await hub.host('elsewhere', [], elsewhere);
});
afterAll(() => hub?.stop());

/** A window by the clock of this moment, so that it is on, or is not. */
const clock = (t: number) => new Date(t).toISOString().slice(11, 16);
const daily = (beginsIn: number, minutes = 60) => ({
  ...{ kind: 'daily', timeZone: 'UTC', at: clock(Date.now() + beginsIn), durationMinutes: minutes },
});
const once = (beginsIn: number, lasts = HOUR) => {
  const startsAt = Date.now() + beginsIn;
  return { kind: 'once', startsAt, endsAt: startsAt + lasts };
};
const body = (over: Record<string, unknown> = {}) => ({
  name: 'Updates',
  matchers: { hostIds: [web.id] },
  schedule: once(-MINUTE),
  ...over,
});
const make = async (over: Record<string, unknown> = {}): Promise<MaintenanceView> => {
  const { status, body: made } = await admin.post<MaintenanceView>('/maintenance', body(over));
  expect(status).toBe(201);
  return made;
};
const list = async () => (await viewer.get<MaintenanceView[]>('/maintenance')).body;

beforeEach(async () => {
  for (const { id } of await list()) await admin.delete(`/maintenance/${id}`);
});

describe('a maintenance window', () => {
  it('holds what fits while it is on, and says until when', async () => {
    const [before, other] = [hub.incident(web.id), hub.incident(db.id)];
    const window = await make();
    const hold = { by: 'maintenance', id: window.id, name: 'Updates', until: window.current!.end };
    expect(hub.holds(before.id)).toEqual([hold]);
    expect(hub.holds(other.id)).toBeUndefined();
    expect(hub.incident(web.id).holds).toEqual([hold]);
  });

  it('lets go of what is still true when it ends, and keeps on what was over before', async () => {
    const [over, stays] = [hub.incident(web.id), hub.incident(web.id)];
    const window = await make();
    const incidents = hub.service(IncidentsService);
    incidents.resolve(hub.tenantId, over.id, 'cleared', Date.now());
    incidents.review(window.current!.end - 1, hub.tenantId);
    expect(hub.holds(stays.id)).toHaveLength(1);
    incidents.review(window.current!.end, hub.tenantId);
    expect(hub.holds(stays.id)).toBeUndefined();
    expect((await incidents.one(hub.tenantId, over.id)).holds).toMatchObject([{ id: window.id }]);
  });

  it('that recurs is on again the next day', async () => {
    const { id } = hub.incident(web.id);
    const window = await make({ schedule: daily(2 * MINUTE) });
    expect(window.current).toBeUndefined();
    expect(hub.holds(id)).toBeUndefined();
    const incidents = hub.service(IncidentsService);
    for (const start of [window.next!.start, window.next!.start + DAY]) {
      incidents.review(start, hub.tenantId);
      expect(hub.holds(id)).toMatchObject([{ id: window.id, until: start + HOUR }]);
      incidents.review(start + HOUR, hub.tenantId);
      expect(hub.holds(id)).toBeUndefined();
    }
  });

  it('is changed and deleted at once', async () => {
    const { id } = hub.incident(db.id);
    const window = await make();
    const changes = { name: ' Moving ', matchers: { tags: { match: 'any', names: ['db'] } } };
    const { body: changed } = await admin.patch<MaintenanceView>(`/maintenance/${window.id}`, changes);
    expect(changed).toEqual({ ...window, ...changes, name: 'Moving' });
    expect(hub.holds(id)).toMatchObject([{ name: 'Moving' }]);
    expect((await admin.delete(`/maintenance/${window.id}`)).status).toBe(204);
    expect(hub.holds(id)).toBeUndefined();
    expect(await list()).toEqual([]);
  });

  it('whose occurrence is ended lets go at once, also after a restart, and comes again as planned', async () => {
    const { id } = hub.incident(web.id);
    const window = await make({ schedule: daily(-2 * MINUTE) });
    expect(hub.holds(id)).toHaveLength(1);
    const end = () => admin.post<MaintenanceView>(`/maintenance/${window.id}/end`);
    const { status, body: ended } = await end();
    expect(status).toBe(200);
    expect(ended).toMatchObject({ skippedUntil: window.current!.end, next: window.next });
    expect(ended.current).toBeUndefined();
    expect(hub.holds(id)).toBeUndefined();
    expect((await end()).status).toBe(409);
    await admin.patch(`/maintenance/${window.id}`, { name: 'Renamed' });
    await hub.restart();
    await signIn();
    stranger = await hub.member('owner', foreign.tenantId);
    expect(await list()).toMatchObject([{ id: window.id, name: 'Renamed', next: window.next }]);
    expect(hub.holds(id)).toBeUndefined();
    hub.service(IncidentsService).review(window.next!.start, hub.tenantId);
    expect(hub.holds(id)).toMatchObject([{ id: window.id }]);
    const patch = (schedule: unknown) =>
      admin.patch<MaintenanceView>(`/maintenance/${window.id}`, { schedule });
    expect((await patch(window.schedule)).body.current).toBeUndefined();
    const { body: changed } = await patch({ ...window.schedule, durationMinutes: 61 });
    expect(changed.current!.start).toBe(window.current!.start);
  });

  it('and a silence are both named', async () => {
    await make();
    const { body: silence } = await operator.post<Silence>('/silences', {
      matchers: { hostIds: [web.id] },
      endsAt: Date.now() + HOUR,
    });
    const kinds = hub.incident(web.id).holds?.map(({ by }) => by);
    expect(kinds?.sort()).toEqual(['maintenance', 'silence']);
    await operator.delete(`/silences/${silence.id}`);
  });

  it('survives a restart of the hub', async () => {
    const windows = [await make(), await make({ name: 'Nightly', schedule: daily(2 * MINUTE) })];
    await hub.restart();
    await signIn();
    stranger = await hub.member('owner', foreign.tenantId);
    expect((await list()).map(({ id }) => id)).toEqual(windows.map(({ id }) => id));
    expect(hub.incident(web.id).holds).toMatchObject([{ id: windows[0]!.id }]);
  });

  it('tells everybody who looks that there is something new', async () => {
    const browser = await TestBrowser.connected(hub.url, await hub.viewerToken());
    const told = new Promise<void>((resolve) => browser.socket.once('quiet', resolve));
    await make();
    await told;
    browser.close();
  });
});

it('the list has what is on first, then what begins next, and what is over last', async () => {
  const later = await make({ schedule: once(2 * HOUR) });
  const long = await make({ schedule: once(-MINUTE, 3 * HOUR) });
  const soon = await make({ schedule: daily(5 * MINUTE) });
  const short = await make({ schedule: once(-MINUTE) });
  const order = await list();
  expect(order.map(({ id }) => id)).toEqual([short.id, long.id, soon.id, later.id]);
  expect(order.map(({ current }) => current !== undefined)).toEqual([true, true, false, false]);
  expect(hub.service(MaintenanceService).list(hub.tenantId, Date.now() + DAY)[0]!.id).toBe(soon.id);
});

describe('POST /maintenance/preview', () => {
  const preview = (over: Record<string, unknown> = {}) => {
    const { matchers, schedule } = { ...body(), ...over };
    return viewer.post<MaintenancePreview>('/maintenance/preview', { matchers, schedule });
  };

  it('says what would be held now, and when it would be on, by both clocks', async () => {
    const incident = hub.incident(web.id);
    const schedule = {
      ...{ kind: 'weekly', timeZone: 'Europe/Berlin', at: '02:30', durationMinutes: 90, weekdays: ['sun'] },
      from: Date.UTC(2027, 2, 20),
    };
    const { body: answer } = await preview({ schedule });
    expect(answer.hosts).toEqual([{ id: web.id, name: 'web-1' }]);
    expect(answer.incidents.map(({ id }) => id)).toContain(incident.id);
    expect(answer.occurrences).toHaveLength(10);
    // The second is the night in which clocks go ahead from 2:00 to 3:00.
    expect(answer.occurrences.slice(0, 2)).toEqual([
      {
        start: Date.UTC(2027, 2, 21, 1, 30),
        end: Date.UTC(2027, 2, 21, 3),
        localStart: '2027-03-21T02:30:00+01:00',
        localEnd: '2027-03-21T04:00:00+01:00',
      },
      {
        start: Date.UTC(2027, 2, 28, 1),
        end: Date.UTC(2027, 2, 28, 2, 30),
        localStart: '2027-03-28T03:00:00+02:00',
        localEnd: '2027-03-28T04:30:00+02:00',
      },
    ]);
    expect(await list()).toEqual([]);
  });

  it('of what is once has that once', async () => {
    const schedule = once(HOUR);
    const { body: answer } = await preview({ schedule });
    expect(answer.occurrences).toEqual([{ start: schedule.startsAt, end: schedule.endsAt }]);
  });

  it('refuses what could not be made', async () => {
    const answer = await preview({ matchers: { hostIds: [foreign.id] } });
    expect(answer).toMatchObject({ status: 400, body: { field: '/matchers/hostIds/0' } });
  });
});

describe('what is refused', () => {
  const recurring = { kind: 'weekly', timeZone: 'UTC', at: '02:00', durationMinutes: 60, weekdays: ['sun'] };
  it.each<[string, () => Record<string, unknown>, string]>([
    ['no name', () => ({ name: '' }), '/name'],
    ['a name that nobody sees', () => ({ name: '  ' }), '/name'],
    ['everything', () => ({ matchers: {} }), '/matchers'],
    ['a host of another tenant', () => ({ matchers: { hostIds: [foreign.id] } }), '/matchers/hostIds/0'],
    ['a rule that is not there', () => ({ matchers: { ruleIds: [newId()] } }), '/matchers/ruleIds/0'],
    ['no schedule', () => ({ schedule: undefined }), '/schedule'],
    ['a schedule of no kind', () => ({ schedule: { ...recurring, kind: 'yearly' } }), '/schedule/kind'],
    [
      'a zone that is none',
      () => ({ schedule: { ...recurring, timeZone: 'Mars/Olympus' } }),
      '/schedule/timeZone',
    ],
    ['no time of day', () => ({ schedule: { ...recurring, at: '25:00' } }), '/schedule/at'],
    [
      'no length',
      () => ({ schedule: { ...recurring, durationMinutes: undefined } }),
      '/schedule/durationMinutes',
    ],
    [
      'a day without a name',
      () => ({ schedule: { ...recurring, weekdays: ['noday'] } }),
      '/schedule/weekdays/0',
    ],
    ['what is over', () => ({ schedule: once(-2 * HOUR) }), '/schedule/endsAt'],
    ['an unknown field', () => ({ colour: 'red' }), '/colour'],
  ])('%s', async (_, over, field) => {
    const made = await admin.post('/maintenance', body(over()));
    expect(made).toMatchObject({ status: 400, body: { code: 'invalid', field } });
  });

  it('a change that could not be made new', async () => {
    const { id } = await make();
    const patch = (changes: unknown) => admin.patch(`/maintenance/${id}`, changes);
    const schedule: Partial<MaintenanceSettings['schedule']> = { kind: 'once', startsAt: 1, endsAt: 2 };
    expect(await patch({ schedule })).toMatchObject({ status: 400, body: { field: '/schedule/endsAt' } });
    expect(await patch({ matchers: {} })).toMatchObject({ status: 400, body: { field: '/matchers' } });
    expect(await patch({ tenantId: foreign.tenantId })).toMatchObject({
      status: 400,
      body: { field: '/tenantId' },
    });
  });

  it('whatever is not of the tenant', async () => {
    const { id } = await make({ matchers: { severities: ['critical'] } });
    for (const [of, path] of [
      [stranger, id],
      [admin, newId()],
      [admin, 'nonsense'],
    ] as const) {
      expect((await of.patch(`/maintenance/${path}`, { name: 'x' })).status).toBe(404);
      expect((await of.post(`/maintenance/${path}/end`)).status).toBe(404);
      expect((await of.delete(`/maintenance/${path}`)).status).toBe(404);
    }
    expect((await stranger.get('/maintenance')).body).toEqual([]);
    const foreignIncident = hub.incident(foreign.id, {}, foreign.tenantId);
    expect(hub.holds(foreignIncident.id, foreign.tenantId)).toBeUndefined();
  });

  it('whoever is not an administrator', async () => {
    const { id } = await make();
    for (const one of [operator, viewer]) {
      expect((await one.post('/maintenance', body())).status).toBe(403);
      expect((await one.patch(`/maintenance/${id}`, { name: 'x' })).status).toBe(403);
      expect((await one.post(`/maintenance/${id}/end`)).status).toBe(403);
      expect((await one.delete(`/maintenance/${id}`)).status).toBe(403);
    }
  });
});

it('one that is over, or whose host is gone, may still be renamed or get another time', async () => {
  const gone = await hub.host('gone');
  const { id } = await make({ matchers: { hostIds: [gone.id] } });
  await admin.delete(`/hosts/${gone.id}`);
  const changed = await admin.patch<MaintenanceView>(`/maintenance/${id}`, { schedule: once(HOUR) });
  expect(changed.status).toBe(200);
});

it('there are so many at most that every incident can be held against them', async () => {
  const maintenance = hub.service(MaintenanceService);
  const tenantId = newId();
  const settings = body({ matchers: { severities: ['info'] } }) as MaintenanceSettings;
  const made = await Promise.allSettled(
    Array.from({ length: MAINTENANCE_LIMITS.windows + 1 }, () =>
      maintenance.create(tenantId, settings, 'Ada', Date.now()),
    ),
  );
  expect(made.filter(({ status }) => status === 'rejected')).toMatchObject([
    { reason: { body: { code: 'conflict' } } },
  ]);
});

it('what was over for good 90 days ago is forgotten, and nothing else', async () => {
  const maintenance = hub.service(MaintenanceService);
  const tenantId = newId();
  const make = (schedule: unknown) =>
    maintenance.create(
      tenantId,
      body({ matchers: { severities: ['info'] }, schedule }) as MaintenanceSettings,
      'Ada',
      Date.now(),
    );
  const over = await make(once(0));
  const recurring = await make(daily(0));
  const until = await make({ ...daily(0), until: Date.now() + DAY });
  const left = () =>
    maintenance
      .list(tenantId, Date.now())
      .map(({ id }) => id)
      .sort();
  const end = over.current!.end;
  await maintenance.prune(end + MAINTENANCE_LIMITS.keptMs - 1);
  expect(left()).toEqual([over.id, recurring.id, until.id].sort());
  await maintenance.prune(end + MAINTENANCE_LIMITS.keptMs);
  expect(left()).toEqual([recurring.id, until.id].sort());
  await hub.restart();
  expect(hub.service(MaintenanceService).list(tenantId, Date.now())).toHaveLength(2);
});
