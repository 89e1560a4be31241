import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';

const LOOK_EVERY_MS = 50;

/**
 * Makes the `mongod` at this port the one writable member of its set: founds the set at the first start,
 * moves it when the port is another one than before. Returns when it can be written to.
 * @param alive `false` ends the waiting.
 */
export async function becomePrimary(port: number, replicaSet: string, alive: () => boolean): Promise<void> {
  const member = { _id: 0, host: `127.0.0.1:${port}` };
  while (alive()) {
    try {
      if (await look(replicaSet, member)) return;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

interface Member {
  _id: number;
  host: string;
}

/** One look with a client of its own: one that failed to connect does not recover. */
async function look(replicaSet: string, member: Member): Promise<boolean> {
  const client = new mongo.MongoClient(`mongodb://${member.host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  });
  try {
    const admin = client.db('admin');
    if ((await admin.command({ hello: 1 }))['isWritablePrimary']) return true;
    await configure(admin, replicaSet, member);
    return false;
  } finally {
    await client.close();
  }
}

async function configure(admin: mongo.Db, replicaSet: string, member: Member): Promise<void> {
  const config = await currentConfig(admin);
  if (config === undefined) {
    await admin.command({ replSetInitiate: { _id: replicaSet, members: [member] } });
  } else if (config.members[0]?.host !== member.host) {
    const moved = { ...config, members: [member], version: config.version + 1 };
    await admin.command({ replSetReconfig: moved, force: true });
  }
}

async function currentConfig(admin: mongo.Db): Promise<{ version: number; members: Member[] } | undefined> {
  try {
    return (await admin.command({ replSetGetConfig: 1 }))['config'];
  } catch (error) {
    if (codeOf(error) === 'NotYetInitialized') return undefined;
    throw error;
  }
}

const codeOf = (error: unknown): unknown =>
  error instanceof mongo.MongoServerError ? error.codeName : undefined;

/** Not listening yet, or in the middle of what was asked before: the next look tells. */
const isTransient = (error: unknown): boolean =>
  error instanceof mongo.MongoNetworkError ||
  error instanceof mongo.MongoServerSelectionError ||
  [
    'AlreadyInitialized',
    'ConfigurationInProgress',
    'InterruptedDueToReplStateChange',
    'NotYetInitialized',
    'NotPrimaryOrSecondary',
  ].includes(String(codeOf(error)));
