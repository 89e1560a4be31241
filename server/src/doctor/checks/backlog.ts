import { mongo } from 'mongoose';
import { RunningHubs } from '../../database/running-hubs.js';
import { DueSteps } from '../../samples/tiers/due-steps.js';
import type { Check } from '../check.js';
import { ok, warning } from '../finding.js';
import { inUnits } from '../../cli/in-units.js';

const MINUTE_MS = 60_000;
/** A minute is written at most ten minutes after its first frame came. */
const JOURNAL_MS = 15 * MINUTE_MS;
const ROLL_UPS_MS = 15 * MINUTE_MS;

interface JournalEntry {
  _id: mongo.ObjectId;
  block: mongo.Binary;
}

/** Frames that are safe, and not in a minute yet. */
export const journal: Check = {
  name: 'journal',
  async look({ connection, now }) {
    const entries = connection.db!.collection<JournalEntry>('journal');
    const [size] = await entries
      .aggregate<{ count: number; bytes: number }>([
        { $group: { _id: null, count: { $sum: 1 }, bytes: { $sum: { $binarySize: '$block' } } } },
      ])
      .toArray();
    if (size === undefined) return ok('Empty: every frame is in its minute.', { entries: 0 });
    const [first] = await entries
      .find({}, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(1)
      .toArray();
    const ageMs = first === undefined ? 0 : now - first._id.getTimestamp().getTime();
    const message = `${size.count} entries, ${inUnits(size.bytes)}, the oldest ${minutes(ageMs)} old.`;
    const figures = { entries: size.count, bytes: size.bytes, oldestMs: ageMs };
    if ((await new RunningHubs(connection).all()).length === 0)
      return ok(`${message} The next start of the hub takes them up.`, figures);
    if (ageMs <= JOURNAL_MS) return ok(message, figures);
    return warning(message, "Minutes are not being written: the hub's log says why.", figures);
  },
};

export const rollUps: Check = {
  name: 'roll-ups',
  async look({ connection, now }) {
    const { steps, oldestMs } = await new DueSteps(connection).backlog(now);
    if (steps === 0) return ok('None is overdue.', { overdue: 0 });
    const message = `${steps} steps are overdue, the first by ${minutes(oldestMs)}.`;
    const figures = { overdue: steps, oldestMs };
    if ((await new RunningHubs(connection).all()).length === 0)
      return ok(`${message} The hub makes them when it runs.`, figures);
    if (oldestMs <= ROLL_UPS_MS) return ok(message, figures);
    return warning(
      message,
      'After a migration, a restore or a long outage that is normal and grows less; else look into the log.',
      figures,
    );
  },
};

const minutes = (ms: number): string =>
  ms < 2 * MINUTE_MS ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / MINUTE_MS)} minutes`;
