/**
 * What keeps people from being told of an incident. `silence` and `maintenance`: somebody asked for quiet.
 * `snoozed`: somebody looks at it later. `inhibited`: another incident says the same and more. `flapping`: it
 * opens and resolves by turns, and that was told once.
 */
export const HOLD_KINDS = ['silence', 'maintenance', 'snoozed', 'inhibited', 'flapping'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** One reason why an incident is shown but not sent, as people read it. */
export interface Hold {
  by: HoldKind;
  /** Of the silence, the maintenance window or the incident that holds it. */
  id?: string;
  /** What that is called, or its comment. */
  name?: string;
  /** UTC ms; left out when nobody knows yet. */
  until?: number;
}

/** Are these the same reasons in the same order? */
export const sameHolds = (a: readonly Hold[] = [], b: readonly Hold[] = []): boolean =>
  a.length === b.length &&
  a.every((one, i) => {
    const { by, id, name, until } = b[i]!;
    return one.by === by && one.id === id && one.name === name && one.until === until;
  });
