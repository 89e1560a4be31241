import { type Connection, mongo } from 'mongoose';
import { type HostKey, keyOf } from '../host-key.js';
import { nativeCollection } from '../native-collection.js';
import { dueAt, stillThere } from './due-time.js';
import { type Span, spansOf } from './runs.js';
import { stepAt, type Tier, type TierName, tierOf } from './tier.js';

const { ObjectId } = mongo;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** A document of the collection `rollups_due`: a step that is to be rolled up, or rolled up again. */
interface DueDocument {
  tenantId: mongo.ObjectId;
  hostId: mongo.ObjectId;
  tier: TierName;
  start: Date;
  /** Not before this time. */
  due: Date;
  /** Another one each time the step is marked. */
  stamp: mongo.ObjectId;
}

/** One step of one host. Times are UTC ms. */
export interface Step extends HostKey {
  tier: Tier;
  start: number;
}

export interface DueStep extends Step {
  /** Of the mark. */
  id: mongo.ObjectId;
  stamp: mongo.ObjectId;
}

/**
 * Which steps are not rolled up as they should be. A mark is made after what makes it necessary is durable,
 * and goes only after the step is; whoever is killed in between leaves a mark, or a journal that will mark
 * again. So a step without a mark, once it is over, is right.
 */
export class DueSteps {
  readonly #collection: mongo.Collection<DueDocument>;
  /** Until when marks that this hub made are surely there: most minutes need no new one. */
  readonly #marked = new Map<string, number>();
  /** How many of these are of each host. */
  readonly #ofHost = new Map<string, number>();

  constructor(connection: Connection) {
    this.#collection = nativeCollection(connection, 'rollups_due');
  }

  async createIndexes(): Promise<void> {
    await this.#collection.createIndex({ tenantId: 1, hostId: 1, tier: 1, start: 1 }, { unique: true });
    await this.#collection.createIndex({ due: 1 });
  }

  /** Marks the steps in which these moments lie, unless they are marked for long enough. Durable when it returns. */
  async mark(tier: Tier, of: readonly (HostKey & { t: number })[], now: number): Promise<void> {
    const fresh = new Map<string, Step & { due: number }>();
    for (const { tenantId, hostId, t } of of) {
      const start = stepAt(tier, t);
      const name = `${hostId} ${tier.name} ${start}`;
      if (stillThere(this.#marked.get(name), now)) continue;
      fresh.set(name, { tenantId, hostId, tier, start, due: dueAt(tier, start, hostId, now) });
    }
    await this.#write([...fresh.values()]);
    for (const [name, { due, hostId }] of fresh) {
      if (!this.#marked.has(name)) this.#ofHost.set(hostId, this.marksOf(hostId) + 1);
      this.#marked.set(name, due);
    }
  }

  /** Those whose time has come, longest due first. */
  async next(now: number, count: number): Promise<DueStep[]> {
    const found = await this.#collection
      .find({ due: { $lte: new Date(now) } })
      .sort({ due: 1 })
      .limit(count)
      .toArray();
    return found.map((one) => ({ ...stepOf(one), id: one._id, stamp: one.stamp }));
  }

  /**
   * These are rolled up; a mark stays that was made anew meanwhile. Where the mark is not the one any more
   * that they were rolled up for, another hub, which had taken over, may have made the step of more than this
   * one knew: it is marked once more.
   */
  async done(steps: readonly DueStep[], now: number): Promise<void> {
    if (steps.length === 0) return;
    const found = this.#collection.find({ _id: { $in: steps.map(({ id }) => id) } });
    const stamps = new Map((await found.toArray()).map(({ _id, stamp }) => [_id.toHexString(), stamp]));
    const [own, others] = [true, false].map((is) =>
      steps.filter(({ id, stamp }) => (stamps.get(id.toHexString())?.equals(stamp) ?? false) === is),
    ) as [DueStep[], DueStep[]];
    await this.#write(
      others.map((step) => ({ ...step, due: dueAt(step.tier, step.start, step.hostId, now) })),
    );
    if (own.length === 0) return;
    await this.#collection.bulkWrite(
      own.map(({ id, stamp }) => ({ deleteOne: { filter: { _id: id, stamp } } })),
      { ordered: false, ...DURABLE },
    );
  }

  /** Every marked step of a host that reaches into a time, from `from` up to but not including `to`. */
  async of(host: HostKey, from: number, to: number): Promise<Step[]> {
    const found = await this.#collection.find({ ...keyOf(host), start: { $lt: new Date(to) } }).toArray();
    return found.map(stepOf).filter(({ tier, start }) => start + tier.stepMs > from);
  }

  async removeHost(host: HostKey): Promise<void> {
    await this.#collection.deleteMany(keyOf(host));
  }

  /** How many wait although their time has come, and for how long the first of them has, in ms. */
  async backlog(now: number): Promise<{ steps: number; oldestMs: number }> {
    const overdue = { due: { $lte: new Date(now) } };
    const [steps, first] = await Promise.all([
      this.#collection.countDocuments(overdue),
      this.#collection.find(overdue).sort({ due: 1 }).limit(1).next(),
    ]);
    return { steps, oldestMs: first === null ? 0 : now - first.due.getTime() };
  }

  /** Lets go of what is known of marks that may be gone by now. */
  forgetOld(now: number): void {
    for (const [name, due] of this.#marked) {
      if (stillThere(due, now)) continue;
      this.#marked.delete(name);
      const hostId = name.slice(0, name.indexOf(' '));
      const left = this.marksOf(hostId) - 1;
      if (left === 0) this.#ofHost.delete(hostId);
      else this.#ofHost.set(hostId, left);
    }
  }

  /** How many marks of a host this hub knows to be there. */
  marksOf(hostId: string): number {
    return this.#ofHost.get(hostId) ?? 0;
  }

  async #write(marks: readonly (Step & { due: number })[]): Promise<void> {
    if (marks.length === 0) return;
    await this.#collection.bulkWrite(
      marks.map((step) => ({
        updateOne: {
          filter: filterOf(step),
          update: { $set: { due: new Date(step.due), stamp: new ObjectId() } },
          upsert: true,
        },
      })),
      { ordered: false, ...DURABLE },
    );
  }
}

/** The steps of a tier that these marks say are not right: those marked, and those made of marked ones. */
export const staleSteps = (tier: Tier, due: readonly Pick<Step, 'tier' | 'start'>[]): Span[] =>
  spansOf(
    due.filter((one) => one.tier.stepMs <= tier.stepMs).map(({ start }) => stepAt(tier, start)),
    tier.stepMs,
  );

const filterOf = (step: Step) => ({
  ...keyOf(step),
  tier: step.tier.name,
  start: new Date(step.start),
});

const stepOf = ({ tenantId, hostId, tier, start }: DueDocument): Step => ({
  tenantId: tenantId.toHexString(),
  hostId: hostId.toHexString(),
  tier: tierOf(tier),
  start: start.getTime(),
});
