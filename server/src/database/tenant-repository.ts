import type { Model, ProjectionType, QueryFilter, QueryOptions, Types, UpdateQuery } from 'mongoose';

/** What every stored thing of a tenant has. */
export interface TenantOwned {
  tenantId: Types.ObjectId;
}

/** Everything but the tenant, which the repository itself puts in. */
export type Unbound<T> = Omit<T, 'tenantId'>;
type Filter<T> = QueryFilter<Unbound<T>>;

/**
 * One collection as one tenant sees it. It is built for a tenant and puts that tenant into every filter
 * and every insert, so no query can reach another tenant's data, however it was made.
 */
export class TenantRepository<T extends TenantOwned> {
  constructor(
    private readonly model: Model<T>,
    readonly tenantId: Types.ObjectId,
  ) {}

  // The tenant comes last: a filter that names another one is overruled, not merged.
  #bound(filter: Filter<T>): QueryFilter<T> {
    return { $and: [filter, { tenantId: this.tenantId }] } as QueryFilter<T>;
  }

  find(filter: Filter<T> = {}, projection?: ProjectionType<T>, options?: QueryOptions<T>): Promise<T[]> {
    return this.model.find(this.#bound(filter), projection, options).lean<T[]>().exec();
  }

  findOne(filter: Filter<T>, projection?: ProjectionType<T>): Promise<T | null> {
    return this.model.findOne(this.#bound(filter), projection).lean<T>().exec();
  }

  count(filter: Filter<T> = {}): Promise<number> {
    return this.model.countDocuments(this.#bound(filter)).exec();
  }

  async insert(document: Unbound<T>): Promise<T> {
    const created = new this.model({ ...document, tenantId: this.tenantId });
    await created.save();
    return created.toObject() as unknown as T;
  }

  /** The document after the change, or null when there is none. */
  updateOne(filter: Filter<T>, update: UpdateQuery<T>): Promise<T | null> {
    return this.model
      .findOneAndUpdate(this.#bound(filter), update, { returnDocument: 'after', runValidators: true })
      .lean<T>()
      .exec();
  }

  /** The document as it is then; made of the filter's and the update's values when there was none. */
  async upsert(filter: Filter<T>, update: UpdateQuery<T>): Promise<T> {
    return this.model
      .findOneAndUpdate(this.#bound(filter), update, { upsert: true, returnDocument: 'after' })
      .lean<T>()
      .orFail()
      .exec();
  }

  async updateMany(filter: Filter<T>, update: UpdateQuery<T>): Promise<number> {
    return (await this.model.updateMany(this.#bound(filter), update).exec()).modifiedCount;
  }

  async deleteOne(filter: Filter<T>): Promise<boolean> {
    return (await this.model.deleteOne(this.#bound(filter)).exec()).deletedCount === 1;
  }

  async deleteMany(filter: Filter<T>): Promise<number> {
    return (await this.model.deleteMany(this.#bound(filter)).exec()).deletedCount;
  }
}
