import { ConfigError } from '../../config/environment.js';
import { Leases } from '../../database/leases.js';
import { MigrationLog } from '../../database/migrations/migration-log.js';
import { Migrator, MIGRATIONS_LEASE } from '../../database/migrations/migrator.js';
import { RestoreMark } from '../../database/restore-mark.js';
import { RunningHubs } from '../../database/running-hubs.js';
import type { Check } from '../check.js';
import { error, ok, warning } from '../finding.js';

const START = 'Start the hub: it runs them before it serves anybody.';

export const restoreState: Check = {
  name: 'restore',
  async look({ connection }) {
    try {
      await new RestoreMark(connection).refuseHub();
      return ok('None is under way.');
    } catch (refusal) {
      if (refusal instanceof ConfigError) return error(refusal.message, 'As it says.');
      throw refusal;
    }
  },
};

export const migrations: Check = {
  name: 'migrations',
  async look({ connection }) {
    try {
      const pending = await new Migrator(connection, () => {}).pending();
      const records = await new MigrationLog(connection).all();
      if (pending.length === 0) return ok(`All ${records.size} are done.`);
      const said = pending.map(({ id }) => {
        const begun = records.get(id);
        return begun ? `${id} (begun, ${begun.progress?.done ?? 0} done)` : id;
      });
      const figures = { pending: pending.map(({ id }) => id) };
      if (await heldElsewhere(new Leases(connection)))
        return warning(`A hub runs them: ${said.join(', ')}.`, 'Wait until it is done.', figures);
      return warning(`Pending: ${said.join(', ')}.`, START, figures);
    } catch (refusal) {
      if (refusal instanceof ConfigError) return error(refusal.message, 'As it says.');
      throw refusal;
    }
  },
};

async function heldElsewhere(leases: Leases): Promise<boolean> {
  if (!(await leases.hold(MIGRATIONS_LEASE, 1_000))) return true;
  await leases.release(MIGRATIONS_LEASE);
  return false;
}

export const runningHubs: Check = {
  name: 'hubs',
  async look({ connection }) {
    const hubs = await new RunningHubs(connection).all();
    if (hubs.length === 0) return ok('None runs on this database.', { running: 0 });
    const said = hubs.map(
      ({ pid, machine, version, startedAt }) =>
        `process ${pid} on ${machine}, version ${version}, since ${startedAt.toISOString()}`,
    );
    return ok(`${said.join('; ')}.`, { running: hubs.length });
  },
};
