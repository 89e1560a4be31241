import { type Hold, HOST_LOST, type Incident, seriesKey } from '@tocsin/shared';

/**
 * So long after the other incident is over, in ms, people are told of what is still true: a host that is
 * back ends most of it with its first frames.
 */
export const SETTLE_MS = 5_000;

/** What the open incidents of one host say about each other. Knows no clock and no I/O. */
class HostIncidents {
  readonly open = new Map<string, Incident>();
  /** When an incident that held others back was over, in UTC ms. */
  readonly #over = new Map<string, { incident: Incident; at: number }>();

  /** @returns whether it may hold others back, which are to be looked at again then */
  put(incident: Incident, now: number): boolean {
    const before = this.open.get(incident.id);
    const isOpen = incident.status === 'open';
    if (isOpen) this.open.set(incident.id, incident);
    else this.open.delete(incident.id);
    if (!explains(incident) || isOpen === (before !== undefined)) return false;
    if (isOpen) this.#over.delete(incident.id);
    else this.#over.set(incident.id, { incident, at: now });
    return true;
  }

  holdOn(incident: Incident, now: number): Hold | undefined {
    for (const other of this.open.values()) {
      if (isAbout(other, incident)) return holdBy(other);
    }
    for (const [id, { incident: other, at }] of this.#over) {
      // A clock that was set back must not hold anything for long.
      if (now - at >= SETTLE_MS || now < at) this.#over.delete(id);
      else if (isAbout(other, incident)) return holdBy(other, at + SETTLE_MS);
    }
    return undefined;
  }
}

/** Which open incidents are explained by others: a lost host explains its own, a critical one what is less about the same. */
export class Inhibition {
  readonly #hosts = new Map<string, HostIncidents>();

  /** @returns ids of the open incidents to be looked at again, since this one holds them back or does not any more */
  put(incident: Incident, now: number): string[] {
    let host = this.#hosts.get(incident.hostId);
    if (host === undefined) this.#hosts.set(incident.hostId, (host = new HostIncidents()));
    const isNews = host.put(incident, now);
    if (host.open.size === 0) this.#hosts.delete(incident.hostId);
    return isNews ? [...host.open.keys()].filter((id) => id !== incident.id) : [];
  }

  holdOn(incident: Incident, now: number): Hold | undefined {
    return this.#hosts.get(incident.hostId)?.holdOn(incident, now);
  }
}

const isLost = ({ metric }: Incident): boolean => metric === HOST_LOST.id;
const seriesOf = ({ metric, instance }: Incident): string => seriesKey(metric, instance);

/** Can it hold back anything at all? */
const explains = (incident: Incident): boolean => isLost(incident) || incident.severity === 'critical';

const isAbout = (other: Incident, incident: Incident): boolean => {
  if (other.id === incident.id) return false;
  if (isLost(other)) return !isLost(incident);
  return (
    other.severity === 'critical' &&
    incident.severity !== 'critical' &&
    seriesOf(other) === seriesOf(incident)
  );
};

const holdBy = ({ id, ruleName }: Incident, until?: number): Hold => ({
  by: 'inhibited',
  id,
  name: ruleName,
  ...(until !== undefined && { until }),
});
