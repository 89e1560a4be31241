import type { mongo } from 'mongoose';
import { TIERS } from '../../samples/tiers/tier.js';
import type { Check } from '../check.js';
import { ok, warning } from '../finding.js';

const HISTORY = ['minutes', ...TIERS.map(({ collection }) => collection), 'rollups_due'];

/** History of hosts or tenants that are gone. */
export const orphans: Check = {
  name: 'orphans',
  async look({ connection }) {
    const db = connection.db!;
    const tenants = new Set(await idsOf(db, 'tenants'));
    const known = await db
      .collection('hosts')
      .find({}, { projection: { tenantId: 1 } })
      .toArray();
    const hosts = new Set(known.map(({ _id, tenantId }) => `${tenantId} ${_id}`));
    const found: Record<string, number> = {};
    for (const name of HISTORY) {
      // Both go through the index alone, from one key to the next.
      for (const tenantId of await db.collection(name).distinct('tenantId')) {
        for (const hostId of await db.collection(name).distinct('hostId', { tenantId })) {
          if (tenants.has(String(tenantId)) && hosts.has(`${tenantId} ${hostId}`)) continue;
          found[name] = (found[name] ?? 0) + 1;
        }
      }
    }
    const said = Object.entries(found).map(([name, count]) => `${name}: ${count}`);
    if (said.length === 0) return ok('No history without its host.');
    return warning(
      `History of hosts that are gone (${said.join(', ')}).`,
      'The hub removes it within an hour. Should it stay, its log says why.',
      found,
    );
  },
};

const idsOf = async (db: mongo.Db, name: string): Promise<string[]> =>
  (
    await db
      .collection(name)
      .find({}, { projection: { _id: 1 } })
      .toArray()
  ).map(({ _id }) => String(_id));
