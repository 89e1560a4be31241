import {
  type Batch,
  Batches,
  follow,
  type Incident,
  NOBODY_TOLD,
  type Notice,
  type Policy,
  type RouteState,
} from '@tocsin/shared';

/** What was told of an incident, by policy, and to whom (`user:…`, `channel:…`). */
export interface Route {
  readonly incident: Incident;
  readonly states: Readonly<Record<string, RouteState>>;
  readonly toldTo: readonly string[];
}

/** What is to be told of an incident now, and what is known once it was. */
export interface Telling {
  incident: Incident;
  notices: { policyId: string; notice: Notice }[];
  states: Record<string, RouteState>;
  /** All that there will be. */
  ended: boolean;
}

/**
 * What one tenant's people were told, and what they have to be told next. A change counts only when `commit`
 * says that it was written; until then it is worked out again from what people know, so that what happens
 * meanwhile is merged and nothing is told twice. Knows no I/O and no clock.
 */
export class TenantRoutes {
  readonly #routes = new Map<string, Route>();
  readonly #batches = new Batches();
  /** Routes whose states changed without anything to tell. */
  readonly #changed = new Set<string>();
  /** Incidents of which something is being written: whether they were told is not known yet. */
  readonly #underWay = new Set<string>();

  restore(route: Route): void {
    this.#routes.set(route.incident.id, route);
  }

  get size(): number {
    return this.#routes.size;
  }

  /** An incident is new or not as it was. @param choose which policies it goes to, asked until there is one */
  incident(
    incident: Incident,
    choose: () => readonly Policy[],
    policies: readonly Policy[],
    now: number,
  ): void {
    const before = this.#routes.get(incident.id);
    if (before === undefined && incident.status === 'resolved') return;
    let states = before?.states ?? {};
    if (incident.status === 'open' && Object.keys(states).length === 0) {
      states = Object.fromEntries(choose().map(({ id }) => [id, NOBODY_TOLD]));
    }
    this.#look({ toldTo: [], ...before, incident, states }, policies, now);
  }

  /** Steps and repetitions whose time has come. */
  tick(policies: readonly Policy[], now: number): void {
    for (const route of this.#routes.values()) {
      if (Object.values(route.states).some(({ nextAt = Infinity }) => nextAt <= now)) {
        this.#look(route, policies, now);
      }
    }
  }

  /** Batches whose time has come; each is to be told, or put back. */
  take(now: number): Batch[] {
    return this.#batches.take(now);
  }

  putBack(batch: Batch, now: number): void {
    for (const id of batch.entries.keys()) this.#underWay.delete(id);
    this.#batches.putBack(batch, now);
  }

  /** What a batch has to tell by now; may be nothing, when all of it is over. */
  tellings({ entries }: Batch, policies: readonly Policy[], now: number): Telling[] {
    const tellings: Telling[] = [];
    for (const id of entries.keys()) {
      const route = this.#routes.get(id);
      if (route === undefined) continue;
      const telling = tellingOf(route, policies, now);
      if (telling.notices.length > 0) {
        tellings.push(telling);
        this.#underWay.add(id);
      } else if (telling.ended) {
        this.#routes.delete(id);
      }
    }
    return tellings;
  }

  /** It was written that this was told to these. @returns incidents that have changed meanwhile */
  commit(tellings: readonly Telling[], toldTo: (incidentId: string) => readonly string[]): Incident[] {
    const newer: Incident[] = [];
    for (const { incident, states, ended } of tellings) {
      this.#underWay.delete(incident.id);
      const route = this.#routes.get(incident.id);
      if (route === undefined) continue;
      this.#changed.delete(incident.id);
      if (ended) this.#routes.delete(incident.id);
      else this.#routes.set(incident.id, { incident: route.incident, states, toldTo: toldTo(incident.id) });
      if (route.incident !== incident && !ended) newer.push(route.incident);
    }
    return newer;
  }

  /** Somebody was told of these beside those whom their policies name. */
  toldToo(incidentIds: readonly string[], recipient: string): void {
    for (const id of incidentIds) {
      const route = this.#routes.get(id);
      if (route === undefined || route.toldTo.includes(recipient)) continue;
      this.#routes.set(id, { ...route, toldTo: [...route.toldTo, recipient] });
      this.#changed.add(id);
    }
  }

  route(incidentId: string): Route | undefined {
    return this.#routes.get(incidentId);
  }

  /** Hands out routes that are to be saved though nothing was to be told. */
  takeChanged(): Route[] {
    const changed = Array.from(this.#changed, (id) => this.#routes.get(id)).filter(
      (one) => one !== undefined,
    );
    this.#changed.clear();
    return changed;
  }

  #look(route: Route, policies: readonly Policy[], now: number): void {
    const { id: incidentId, hostId, ruleId } = route.incident;
    const telling = tellingOf(route, policies, now);
    if (telling.notices.length > 0) {
      this.#routes.set(incidentId, route);
      const [{ policyId }] = telling.notices as [Telling['notices'][0]];
      const grouping = policies.find(({ id }) => id === policyId)?.groupBy ?? 'related';
      const isUpdate = telling.notices.every(({ notice }) => isUpdateOf(notice));
      this.#batches.add({ incidentId, hostId, ruleId, grouping, isUpdate }, now);
    } else if (telling.ended && !this.#underWay.has(incidentId)) {
      this.#routes.delete(incidentId);
    } else {
      const isNew = telling.states !== route.states && route.toldTo.length > 0;
      if (isNew) this.#changed.add(incidentId);
      this.#routes.set(incidentId, { ...route, states: telling.states });
    }
  }
}

const isUpdateOf = ({ kind }: Notice): boolean => kind === 'acknowledged' || kind === 'resolved';

/** A policy that is gone tells of the end, and nothing else. */
const GONE: Pick<Policy, 'steps'> = { steps: [] };

function tellingOf({ incident, states }: Route, policies: readonly Policy[], now: number): Telling {
  const notices: Telling['notices'] = [];
  const after: Record<string, RouteState> = {};
  let isNew = false;
  for (const [policyId, before] of Object.entries(states)) {
    const policy = policies.find(({ id, enabled }) => id === policyId && enabled);
    if (policy === undefined && incident.status === 'open') {
      after[policyId] = before;
      continue;
    }
    const { state, notice } = follow(policy ?? GONE, before, incident, now);
    after[policyId] = state;
    isNew ||= state !== before;
    if (notice !== undefined) notices.push({ policyId, notice });
  }
  const ended = incident.status === 'resolved';
  return { incident, notices, states: isNew ? after : (states as Telling['states']), ended };
}
