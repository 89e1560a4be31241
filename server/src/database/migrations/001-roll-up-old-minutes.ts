import { mongo } from 'mongoose';
import { MinuteStore } from '../../samples/minute-store.js';
import { DueSteps } from '../../samples/tiers/due-steps.js';
import { FINEST_TIER } from '../../samples/tiers/tier.js';
import type { Cursor, Migration } from './migration.js';

interface MinuteKey {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  minute: Date;
}

const MINUTES_PER_BATCH = 5_000;
const KEY = { tenantId: 1, hostId: 1, minute: 1 } as const;

/** Marking is enough: what is due is rolled up while the hub serves, and queries know of the marks meanwhile. */
export const rollUpOldMinutes: Migration = {
  id: '001-roll-up-old-minutes',
  why: 'minutes that were stored before there were tiers have no roll-ups',

  async up({ connection, cursor, now }) {
    const due = new DueSteps(connection);
    if (cursor === undefined) {
      await new MinuteStore(connection).createIndexes();
      await due.createIndexes();
    }
    const minutes = await connection
      .db!.collection<MinuteKey>('minutes')
      .find({}, { min: cursor as Cursor & MinuteKey, hint: KEY, projection: { _id: 0, ...KEY } })
      .limit(MINUTES_PER_BATCH)
      .toArray();
    const last = minutes.at(-1);
    if (last === undefined) return undefined;
    await due.mark(
      FINEST_TIER,
      minutes.map(({ tenantId, hostId, minute }) => ({
        tenantId: tenantId.toHexString(),
        hostId: hostId.toHexString(),
        t: minute.getTime(),
      })),
      now,
    );
    // The cursor's own minute comes once more, so a batch of it alone is the end.
    if (cursor !== undefined && minutes.length === 1) return undefined;
    const { tenantId, hostId, minute } = last;
    const done = minutes.length - (cursor === undefined ? 0 : 1);
    return { cursor: { tenantId, hostId, minute }, done };
  },
};
