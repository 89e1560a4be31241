import type { Connection, mongo } from 'mongoose';
import type { Contents } from './write-archive.js';

/** For so long, in s, MongoDB keeps what a backup may still have to read. It is 300 otherwise. */
const WINDOW_S = 24 * 3_600;
const USUAL_WINDOW_S = 300;
/** Documents of one answer of MongoDB; more of them would only wait in memory. */
const AT_ONCE = 1_000;
const PARAMETER = 'minSnapshotHistoryWindowInSeconds';

/** The database as it was at one moment, for as long as that takes to read, while others go on writing. */
export class Snapshot {
  private constructor(
    readonly db: mongo.Db,
    private readonly session: mongo.ClientSession,
  ) {}

  /** @param warn told when a long reading may fail */
  static async use<T>(
    connection: Connection,
    warn: (message: string) => void,
    work: (snapshot: Snapshot) => Promise<T>,
  ): Promise<T> {
    const db = connection.db!;
    const before = await lengthen(db, warn);
    const session = connection.getClient().startSession({ snapshot: true });
    try {
      return await work(new Snapshot(db, session));
    } finally {
      await session.endSession();
      if (before !== undefined) await setWindow(db, before);
    }
  }

  /** The first reading, of whatever it is, is the moment of all. */
  async ids(collection: string): Promise<string[]> {
    const found = await this.db.collection<{ _id: string }>(collection).find({}, this.#options).toArray();
    return found.map(({ _id }) => _id).sort();
  }

  async contents(collection: string): Promise<Contents> {
    const indexes = await this.db.collection(collection).indexes();
    return {
      collection,
      indexes: indexes.filter(({ name }) => name !== '_id_'),
      documents: this.db
        .collection<Uint8Array>(collection)
        .find({}, { ...this.#options, raw: true, batchSize: AT_ONCE }),
    };
  }

  get #options() {
    return { session: this.session };
  }
}

/** Returns what it was before; undefined when this MongoDB does not let us. */
async function lengthen(db: mongo.Db, warn: (message: string) => void): Promise<number | undefined> {
  try {
    const now = await db.admin().command({ getParameter: 1, [PARAMETER]: 1 });
    await setWindow(db, WINDOW_S);
    // A backup that was killed left it so.
    return now[PARAMETER] === WINDOW_S ? USUAL_WINDOW_S : (now[PARAMETER] as number);
  } catch (error) {
    warn(
      `MongoDB keeps old states for its usual time only (${(error as Error).message}): ` +
        `should this backup fail because its snapshot is too old, set ${PARAMETER} there by hand.`,
    );
    return undefined;
  }
}

const setWindow = (db: mongo.Db, seconds: number) =>
  db.admin().command({ setParameter: 1, [PARAMETER]: seconds });
