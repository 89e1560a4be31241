import type { Config } from '../config/config.js';
import type { Check, Patient } from './check.js';
import { port, publicUrl } from './checks/address.js';
import { journal, rollUps } from './checks/backlog.js';
import { dataFolder } from './checks/data-folder.js';
import { disk } from './checks/disk.js';
import { hosts } from './checks/hosts.js';
import { indexes } from './checks/indexes.js';
import { clock, durableWrite, mongodb } from './checks/mongodb.js';
import { orphans } from './checks/orphans.js';
import { forecast, sizes } from './checks/sizes.js';
import { migrations, restoreState, runningHubs } from './checks/state-of-data.js';
import { error, type Finding } from './finding.js';

/** What can be looked at without MongoDB. */
const OUTSIDE: readonly Check<Config>[] = [dataFolder, port, publicUrl];
const INSIDE: readonly Check[] = [
  ...[mongodb, durableWrite, clock, disk],
  ...[restoreState, migrations, indexes, runningHubs],
  ...[journal, rollUps, hosts, orphans, sizes, forecast],
];

export const lookAround = (config: Config): Promise<Finding[]> => all(OUTSIDE, config);
export const examine = (patient: Patient): Promise<Finding[]> => all(INSIDE, patient);

/** One after the other: each is to see the machine as it is without the others. */
async function all<T>(checks: readonly Check<T>[], patient: T): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const result = await check
      .look(patient)
      .catch((failure: Error) => error(`It could not be looked at: ${failure.message}`, 'As it says.'));
    findings.push({ check: check.name, ...result });
  }
  return findings;
}
