import type { Presence } from '@tocsin/shared';
import type { mongo } from 'mongoose';
import { RunningHubs } from '../../database/running-hubs.js';
import type { Check } from '../check.js';
import { ok, warning } from '../finding.js';

/** Minutes are written at most ten minutes after their first frame. */
const STORED_WITHIN_MS = 15 * 60_000;
const NAMED = 5;

interface StoredHost {
  _id: mongo.ObjectId;
  tenantId: mongo.ObjectId;
  name: string;
  presence: Presence;
}

/** How many there are, and whether what they report is stored. */
export const hosts: Check = {
  name: 'hosts',
  async look({ connection, now }) {
    const db = connection.db!;
    const all = await db
      .collection<StoredHost>('hosts')
      .find({}, { projection: { tenantId: 1, name: 1, presence: 1 } })
      .toArray();
    const by = new Map<string, number>();
    for (const { presence } of all) by.set(presence.status, (by.get(presence.status) ?? 0) + 1);
    let newest = 0;
    const behind: string[] = [];
    for (const { _id: hostId, tenantId, name, presence } of all) {
      const [last] = await db
        .collection<{ minute: Date }>('minutes')
        .find({ tenantId, hostId }, { projection: { _id: 0, minute: 1 } })
        .sort({ minute: -1 })
        .limit(1)
        .toArray();
      const at = last?.minute.getTime() ?? 0;
      newest = Math.max(newest, at);
      const online = presence.status === 'online' && presence.since < now - STORED_WITHIN_MS;
      if (online && at < now - STORED_WITHIN_MS) behind.push(name);
    }
    const counts = [...by].map(([status, count]) => `${count} ${status}`).join(', ');
    const last = newest === 0 ? '' : ` The last minute that is stored: ${new Date(newest).toISOString()}.`;
    const message = `${all.length}${counts && ` (${counts})`}.${last}`;
    const figures = { hosts: all.length, ...Object.fromEntries(by), lastMinute: newest || null };
    // Without a hub nobody says that they are not online any more.
    if (behind.length === 0 || (await new RunningHubs(connection).all()).length === 0)
      return ok(message, figures);
    const some = behind.slice(0, NAMED).join(', ') + (behind.length > NAMED ? ', …' : '');
    return warning(
      `${message} Nothing of late is stored of ${behind.length} that are online: ${some}.`,
      "The clocks of those hosts may be wrong, or storing lags: the hub's log tells.",
      { ...figures, behind },
    );
  },
};
