import {
  FLAPS_ABOVE,
  type Incident,
  type IncidentPage,
  type NotificationPage,
  type Policy,
  type Rule,
  type RuleSettings,
} from '@tocsin/shared';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { IncidentsService } from '../src/alerting/incidents/incidents.service.js';
import { HostKeysService } from '../src/hosts/host-keys.service.js';
import type { Client } from './accounts.js';
import { frame, TestAgent } from './ingest.js';
import { startQuiet } from './quiet.js';

let hub: Awaited<ReturnType<typeof startQuiet>>;
let owner: Client;

beforeAll(async () => {
  hub = await startQuiet();
  owner = await hub.member('owner');
  const [policy] = (await owner.get<Policy[]>('/policies')).body;
  const { id: policyId, ...everybody } = policy!;
  await owner.put(`/policies/${policyId}`, { ...everybody, groupBy: 'none' });
  await hub.host('first');
  for (const { id, metric } of (await owner.get<Rule[]>('/rules')).body) {
    if (metric !== 'disk.usage') await owner.delete(`/rules/${id}`);
  }
});
afterAll(() => hub?.stop());

let cases = 0;

/** A host with a service, and a rule about it. */
class Case {
  readonly #name = `case-${(cases += 1)}`;
  #hostId = '';
  #agent!: TestAgent;
  #seq = 0;
  #failed = false;
  readonly ruleIds: string[] = [];

  async begin(over: Partial<RuleSettings> = {}): Promise<void> {
    this.#hostId = (await hub.host(this.#name, ['here'])).id;
    const { key } = await hub.service(HostKeysService).create(hub.tenantId, this.#hostId);
    this.#agent = await TestAgent.connected(hub.url, key);
    await this.rule(over);
    await this.report();
  }

  end(): void {
    this.#agent.close();
  }

  async rule(over: Partial<RuleSettings> = {}): Promise<void> {
    const settings = {
      ...{ name: 'Service', enabled: true, metric: 'service.active', comparison: '<', firesAt: 1 },
      ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'warning', hostIds: [this.#hostId], ...over },
    };
    this.ruleIds.push((await owner.post<Rule>('/rules', settings)).body.id);
  }

  changeRule(changes: Partial<RuleSettings>): Promise<unknown> {
    return owner.patch(`/rules/${this.ruleIds[0]}`, changes);
  }

  deleteRule(): Promise<unknown> {
    return owner.delete(`/rules/${this.ruleIds[0]}`);
  }

  tag(...tags: string[]): Promise<unknown> {
    return owner.patch(`/hosts/${this.#hostId}`, { tags });
  }

  removeHost(): Promise<unknown> {
    return owner.delete(`/hosts/${this.#hostId}`);
  }

  silence(): Promise<unknown> {
    const endsAt = Date.now() + 3_600_000;
    return owner.post('/silences', { matchers: { hostIds: [this.#hostId] }, endsAt });
  }

  maintain(): Promise<unknown> {
    const schedule = { kind: 'once', startsAt: Date.now(), endsAt: Date.now() + 3_600_000 };
    return owner.post('/maintenance', { name: 'Updates', matchers: { hostIds: [this.#hostId] }, schedule });
  }

  acknowledge(): Promise<void> {
    return this.#act('acknowledge');
  }

  snooze(): Promise<void> {
    return this.#act('snooze', { forMinutes: 60 });
  }

  resolve(): Promise<void> {
    return this.#act('resolve');
  }

  /** The state of the service goes to the hub once, and all rules have seen it. */
  async report(failed = this.#failed): Promise<void> {
    this.#failed = failed;
    this.#seq += 1;
    const services = [{ name: 'nginx', state: failed ? ('failed' as const) : ('active' as const) }];
    this.#agent.send('frame', frame(this.#seq, { services }));
    await vi.waitFor(() => expect(this.#agent.acknowledged).toContain(this.#seq), 10_000);
  }

  async flap(): Promise<void> {
    for (let times = 0; times <= FLAPS_ABOVE; times += 1) {
      await this.report(true);
      await this.report(false);
    }
  }

  async #act(action: string, body?: object): Promise<void> {
    await owner.post(`/incidents/${(await this.incidents()).at(-1)!.id}/${action}`, body);
  }

  /** Oldest first. */
  async incidents(): Promise<Incident[]> {
    const { body } = await owner.get<IncidentPage>(`/incidents?host=${this.#hostId}`);
    return body.incidents.reverse();
  }

  /** The newest incident as a list shows it. */
  async shown(): Promise<string> {
    const newest = (await this.incidents()).findLast(({ severity }) => severity === 'warning');
    if (newest === undefined) return 'nothing';
    const { status, resolution, acknowledgedAt, holds = [] } = newest;
    if (status === 'resolved') return `resolved ${resolution}`;
    return ['open', acknowledgedAt && 'acknowledged', ...holds.map(({ by }) => by)].filter(Boolean).join(' ');
  }

  /** What was told of the newest incident. Something else is told after it, so that it had its time. */
  async sent(): Promise<string> {
    const newest = (await this.incidents()).findLast(({ severity }) => severity === 'warning');
    const witness = hub.incident((await hub.host(`${this.#name}-witness-${Date.now()}`)).id, {
      severity: 'warning',
    });
    const told = async (id: string) => {
      const { body } = await owner.get<NotificationPage>(`/notifications?incident=${id}`);
      return body.notifications
        .flatMap(({ items }) => items.filter(({ incidentId }) => incidentId === id).map(({ kind }) => kind))
        .reverse();
    };
    await vi.waitFor(async () => expect(await told(witness.id)).toEqual(['firing']), 20_000);
    hub.service(IncidentsService).resolve(hub.tenantId, witness.id, 'cleared', Date.now());
    return newest === undefined ? '' : (await told(newest.id)).join(', ');
  }
}

interface Row {
  what: string;
  rule?: Partial<RuleSettings>;
  before?: (one: Case) => Promise<unknown>;
  /** After it has fired, and was told. */
  meanwhile?: (one: Case) => Promise<unknown>;
  firing: [shown: string, sent: string];
  clearing: [shown: string, sent: string];
}

const TOLD: Row['firing'] = ['open', 'firing'];
const HERE: Partial<RuleSettings> = { hostIds: undefined, tags: { match: 'any', names: ['here'] } };

const ROWS: Row[] = [
  { what: 'nothing else', firing: TOLD, clearing: ['resolved cleared', 'firing, resolved'] },
  {
    what: 'a silence before',
    before: (one) => one.silence(),
    firing: ['open silence', ''],
    clearing: ['resolved cleared', ''],
  },
  {
    what: 'a silence meanwhile',
    meanwhile: (one) => one.silence(),
    firing: ['open silence', 'firing'],
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'maintenance before',
    before: (one) => one.maintain(),
    firing: ['open maintenance', ''],
    clearing: ['resolved cleared', ''],
  },
  {
    what: 'maintenance meanwhile',
    meanwhile: (one) => one.maintain(),
    firing: ['open maintenance', 'firing'],
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'a critical rule about the same',
    before: (one) => one.rule({ severity: 'critical' }),
    firing: ['open inhibited', ''],
    clearing: ['resolved cleared', ''],
  },
  {
    what: 'an acknowledgement',
    meanwhile: (one) => one.acknowledge(),
    firing: ['open acknowledged', 'firing, acknowledged'],
    clearing: ['resolved cleared', 'firing, acknowledged, resolved'],
  },
  {
    what: 'a snooze',
    meanwhile: (one) => one.snooze(),
    firing: ['open snoozed', 'firing'],
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'an end by hand',
    meanwhile: (one) => one.resolve(),
    firing: ['resolved by_hand', 'firing, resolved'],
    clearing: ['resolved by_hand', 'firing, resolved'],
  },
  {
    what: 'an end by hand, and the condition goes on',
    meanwhile: (one) => one.resolve().then(() => one.report()),
    firing: TOLD,
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'many openings before',
    before: (one) => one.flap(),
    firing: ['open flapping', ''],
    clearing: ['resolved cleared', ''],
  },
  {
    what: 'another level before',
    before: (one) => one.changeRule({ firesAt: 0 }),
    firing: ['nothing', ''],
    clearing: ['nothing', ''],
  },
  {
    what: 'another level meanwhile',
    meanwhile: (one) => one.changeRule({ firesAt: 0 }).then(() => one.report()),
    firing: ['resolved cleared', 'firing, resolved'],
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'another name meanwhile',
    meanwhile: (one) => one.changeRule({ name: 'Web server' }).then(() => one.report()),
    firing: TOLD,
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'a rule that is turned off before',
    before: (one) => one.changeRule({ enabled: false }),
    firing: ['nothing', ''],
    clearing: ['nothing', ''],
  },
  {
    what: 'a rule that is turned off meanwhile',
    meanwhile: (one) => one.changeRule({ enabled: false }),
    firing: ['resolved rule_changed', 'firing, resolved'],
    clearing: ['resolved rule_changed', 'firing, resolved'],
  },
  {
    what: 'a rule that is deleted meanwhile',
    meanwhile: (one) => one.deleteRule(),
    firing: ['resolved rule_changed', 'firing, resolved'],
    clearing: ['resolved rule_changed', 'firing, resolved'],
  },
  {
    what: 'a host that is moved away before',
    rule: HERE,
    before: (one) => one.tag('there'),
    firing: ['nothing', ''],
    clearing: ['nothing', ''],
  },
  {
    what: 'a host that is moved away meanwhile',
    rule: HERE,
    meanwhile: (one) => one.tag('there'),
    firing: ['resolved rule_changed', 'firing, resolved'],
    clearing: ['resolved rule_changed', 'firing, resolved'],
  },
  {
    what: 'a host that is moved away and back',
    rule: HERE,
    before: (one) => one.tag('there').then(() => one.tag('here')),
    firing: TOLD,
    clearing: ['resolved cleared', 'firing, resolved'],
  },
  {
    what: 'a silence and an acknowledgement meanwhile',
    meanwhile: (one) => one.acknowledge().then(() => one.silence()),
    firing: ['open acknowledged silence', 'firing, acknowledged'],
    clearing: ['resolved cleared', 'firing, acknowledged, resolved'],
  },
];

it.each(ROWS)('$what: what is shown and what is sent when it fires, and when it clears', async (row) => {
  const one = new Case();
  await one.begin(row.rule);
  await row.before?.(one);
  await one.report(true);
  if (row.meanwhile !== undefined) {
    expect(await one.sent(), 'sent before').toBe('firing');
    await row.meanwhile(one);
  }
  expect([await one.shown(), await one.sent()], 'firing').toEqual(row.firing);
  await one.report(false);
  expect([await one.shown(), await one.sent()], 'clearing').toEqual(row.clearing);
  one.end();
});
