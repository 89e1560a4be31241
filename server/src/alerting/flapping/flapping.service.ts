import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import {
  closed,
  type Flapping,
  flappingUntil,
  type Hold,
  type Incident,
  isForgotten,
  LONGEST_CALM_MS,
  opened,
  seriesKey,
} from '@tocsin/shared';
import { HUB_EVENTS, type IncidentChanged } from '../../events/hub-events.js';
import { Holders } from '../incidents/holders.js';
import { IncidentStore } from '../incidents/incident-store.js';

/** So many series are remembered; beyond that those that moved longest ago are forgotten. */
const REMEMBERED = 20_000;

/** Keeps people from being told again and again of what opens and is resolved by turns. */
@Injectable()
export class FlappingService implements OnApplicationBootstrap {
  /** By series, the one that moved last at the end. */
  readonly #series = new Map<string, Flapping>();

  constructor(
    private readonly store: IncidentStore,
    holders: Holders,
  ) {
    holders.join((_, incident, now) => this.#hold(incident, now));
  }

  async onApplicationBootstrap(): Promise<void> {
    const now = Date.now();
    const moves = (await this.store.loadSince(now - LONGEST_CALM_MS)).flatMap(({ incident }) => [
      { incident, at: incident.openedAt, move: opened },
      ...(incident.resolvedAt === undefined ? [] : [{ incident, at: incident.resolvedAt, move: closed }]),
    ]);
    moves.sort((a, b) => a.at - b.at);
    for (const { incident, at, move } of moves) this.#keep(incident, move(this.#of(incident), at), at);
  }

  @OnEvent(HUB_EVENTS.incidentChanged)
  incidentChanged({ incident, opened: isNew }: IncidentChanged): void {
    const now = Date.now();
    if (isNew) this.#keep(incident, opened(this.#of(incident), now), now);
    else if (incident.status === 'resolved') this.#keep(incident, closed(this.#of(incident), now), now);
  }

  #hold(incident: Incident, now: number): Hold | undefined {
    const until = flappingUntil(this.#of(incident), incident.openedAt, now);
    return until === undefined ? undefined : { by: 'flapping', until };
  }

  #of(incident: Incident): Flapping | undefined {
    return this.#series.get(keyOf(incident));
  }

  #keep(incident: Incident, state: Flapping | undefined, now: number): void {
    if (state === undefined) return;
    const key = keyOf(incident);
    this.#series.delete(key);
    this.#series.set(key, state);
    for (const [oldest, one] of this.#series) {
      if (this.#series.size <= REMEMBERED && !isForgotten(one, now)) break;
      this.#series.delete(oldest);
    }
  }
}

const keyOf = ({ ruleId, hostId, metric, instance }: Incident): string =>
  `${ruleId} ${hostId} ${seriesKey(metric, instance)}`;
