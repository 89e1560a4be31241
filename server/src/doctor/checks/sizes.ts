import { DEFAULT_RETENTION, type Presence, type Retention, type TierForecast } from '@tocsin/shared';
import type { mongo } from 'mongoose';
import { forecastFor, reports } from '../../samples/retention/forecast.service.js';
import { StoredSizes } from '../../samples/retention/stored-sizes.js';
import { inUnits } from '../../cli/in-units.js';
import { dataCollections } from '../../backup/archive-format.js';
import type { Check, Patient } from '../check.js';
import { ok, warning } from '../finding.js';

const LARGEST = 4;

/** What the collections take on disk, indexes included. */
export const sizes: Check = {
  name: 'sizes',
  async look({ connection }) {
    const db = connection.db!;
    const all: [name: string, bytes: number, count: number][] = [];
    for (const name of await dataCollections(db)) {
      const [stats] = await db
        .collection(name)
        .aggregate<{ storageStats: Record<'storageSize' | 'totalIndexSize' | 'count', number> }>([
          { $collStats: { storageStats: {} } },
        ])
        .toArray();
      const { storageSize = 0, totalIndexSize = 0, count = 0 } = stats?.storageStats ?? {};
      all.push([name, storageSize + totalIndexSize, count]);
    }
    const largest = all.toSorted((a, b) => b[1] - a[1]).slice(0, LARGEST);
    const said = largest.map(([name, bytes, count]) => `${name} ${inUnits(bytes)} (${count})`);
    return ok(
      `${inUnits(sum(all.map(([, bytes]) => bytes)))} in all: ${said.join(', ')}.`,
      Object.fromEntries(all.map(([name, bytes, count]) => [name, { bytes, count }])),
    );
  },
};

interface Tenant {
  _id: mongo.ObjectId;
  retention?: Retention;
}

/** What history will take once each tier is as long as it is kept, and whether the disk has that. */
export const forecast: Check = {
  name: 'disk forecast',
  async look(patient) {
    const db = patient.connection.db!;
    const tiers = new Map<string, number>();
    for (const tenant of await db.collection<Tenant>('tenants').find().toArray()) {
      for (const { tier, bytes } of await ofTenant(patient, tenant))
        tiers.set(tier, (tiers.get(tier) ?? 0) + bytes);
    }
    const total = sum([...tiers.values()]);
    if (total === 0) return ok('No host has reported within the last day.');
    const said = [...tiers].map(([tier, bytes]) => `${tier} ${inUnits(bytes)}`).join(', ');
    const { fsTotalSize = 0, fsUsedSize = 0, storageSize, indexSize } = await db.stats();
    const room = Number(fsTotalSize) - Number(fsUsedSize) + Number(storageSize) + Number(indexSize);
    const message = `History will grow to ${inUnits(total)} with the hosts of today (${said}).`;
    const figures = { bytes: total, tiers: Object.fromEntries(tiers) };
    if (fsTotalSize === 0 || total < room) return ok(message, figures);
    return warning(
      `${message} The disk has room for ${inUnits(room)}.`,
      'Keep history for a shorter time (Settings in the app), or give MongoDB a larger disk.',
      figures,
    );
  },
};

async function ofTenant({ connection, now }: Patient, { _id, retention }: Tenant): Promise<TierForecast[]> {
  const found = await connection
    .db!.collection<{ presence: Presence }>('hosts')
    .find({ tenantId: _id }, { projection: { presence: 1 } })
    .toArray();
  const keys = found
    .filter((host) => reports(host, now))
    .map((host) => ({ tenantId: _id.toHexString(), hostId: host._id.toHexString() }));
  return forecastFor(new StoredSizes(connection), keys, { ...DEFAULT_RETENTION, ...retention });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
