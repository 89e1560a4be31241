import type { ServiceReading, ServiceState } from '@tocsin/shared';
import type { Value } from '../../dbus/values.js';

export type Properties = ReadonlyMap<Value, Value>;

const STATES: Record<string, ServiceState> = {
  active: 'active',
  reloading: 'reloading',
  // Since systemd 257: it reads its files anew while it runs.
  refreshing: 'reloading',
  inactive: 'inactive',
  failed: 'failed',
  activating: 'activating',
  deactivating: 'deactivating',
  maintenance: 'maintenance',
};

/** Which of a unit's times says when its present state began. */
const BEGAN: Partial<Record<ServiceState, string>> = {
  active: 'ActiveEnterTimestamp',
  reloading: 'ActiveEnterTimestamp',
  inactive: 'InactiveEnterTimestamp',
  failed: 'InactiveEnterTimestamp',
  activating: 'InactiveExitTimestamp',
  deactivating: 'ActiveExitTimestamp',
};

/** The properties of a unit that its reading is made of; only services have `NRestarts`. */
export const USED_PROPERTIES: ReadonlySet<Value> = new Set([
  'LoadState',
  'ActiveState',
  'SubState',
  'NRestarts',
  'StateChangeTimestamp',
  ...Object.values(BEGAN),
]);

/**
 * What systemd says about a unit in the words of a frame.
 *
 * @param memory bytes
 * @throws when it names a state that this version does not know
 */
export function toService(name: string, unit: Properties, memory?: number): ServiceReading {
  if (unit.get('LoadState') === 'not-found') return { name, state: 'not-found' };
  const activeState = String(unit.get('ActiveState'));
  const state = STATES[activeState];
  if (state === undefined) throw new Error(`${name} is in the unknown state ${activeState}`);
  // Microseconds; 0 where the unit has never been in that state since the host was started.
  const since = Number(unit.get(BEGAN[state] ?? 'StateChangeTimestamp') ?? 0);
  const restarts = unit.get('NRestarts') as number | undefined;
  return {
    name,
    state,
    subState: String(unit.get('SubState') ?? '').slice(0, 64),
    ...(since > 0 && { since: Math.floor(since / 1000) }),
    ...(restarts !== undefined && { restarts }),
    ...(memory !== undefined && { memory }),
  };
}
