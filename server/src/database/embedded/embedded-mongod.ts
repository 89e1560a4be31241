import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findMongod, type MongodPlaces } from './binary/find-mongod.js';
import { freePort } from './free-port.js';
import { ofLivingHub, stopLeftover } from './leftover-mongod.js';
import { MongodProcess, type MongodSettings } from './mongod-process.js';
import { becomePrimary } from './replica-set.js';
import type { Report } from './report.js';

const REPLICA_SET = 'rs0';
const DATABASE = 'tocsin';
/** Under the data folder. */
const DATA = 'mongodb';
const RECORD = 'mongodb.json';
const RESTART_AFTER_MS = 500;
const RESTART_AFTER_AT_MOST_MS = 30_000;

/** What one start leaves for the next one. */
interface Record {
  port?: number;
  hubPid?: number;
}

/**
 * The hub's own MongoDB: a replica set of one on loopback, its data under the data folder, ended with the
 * hub and started again when it dies.
 */
export class EmbeddedMongod {
  #process?: MongodProcess;
  readonly #stopping = new AbortController();

  private constructor(
    private readonly settings: MongodSettings,
    private readonly report: Report,
  ) {}

  /** @throws ConfigError when there is no `mongod`, or another hub uses the data. */
  static async start(places: MongodPlaces & { dataDir: string }, report: Report): Promise<EmbeddedMongod> {
    const dbPath = join(places.dataDir, DATA);
    const recordFile = join(places.dataDir, RECORD);
    await mkdir(dbPath, { recursive: true, mode: 0o700 });
    const last = await readRecord(recordFile);
    await stopLeftover(dbPath, last.hubPid, report);
    const binary = await findMongod(places, report);
    // The same port again, so that tools that were pointed at it still find it.
    const port = await freePort(last.port);
    await writeFile(recordFile, JSON.stringify({ port, hubPid: process.pid } satisfies Record));
    const mongod = new EmbeddedMongod({ binary, dbPath, port, replicaSet: REPLICA_SET }, report);
    await mongod.#run();
    return mongod;
  }

  /** Where the one of a hub that runs on this data can be reached; undefined when none does. */
  static async uriOfRunning(dataDir: string): Promise<string | undefined> {
    const { port, hubPid } = await readRecord(join(dataDir, RECORD));
    const runs = port !== undefined && (await ofLivingHub(join(dataDir, DATA), hubPid));
    return runs ? uriOf(port) : undefined;
  }

  get uri(): string {
    return uriOf(this.settings.port);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#process?.stop();
  }

  /** Returns when MongoDB can be written to. */
  async #run(): Promise<void> {
    const mongod = await MongodProcess.spawn(this.settings);
    this.#process = mongod;
    if (this.#stopping.signal.aborted) return mongod.stop();
    try {
      await becomePrimary(this.settings.port, REPLICA_SET, () => mongod.alive);
      if (!mongod.alive) throw new Error(mongod.complaint || 'it ended without a word');
    } catch (error) {
      await mongod.stop();
      throw new Error(`MongoDB did not start: ${(error as Error).message}`, { cause: error });
    }
    void mongod.ended.then(() => this.#comeBack(mongod.complaint));
  }

  async #comeBack(complaint: string): Promise<void> {
    let waitMs = RESTART_AFTER_MS;
    while (!this.#stopping.signal.aborted) {
      this.report(`MongoDB ended${complaint && ` (${complaint})`}; starting it again`);
      try {
        await sleep(waitMs, undefined, { signal: this.#stopping.signal });
        return await this.#run();
      } catch (error) {
        complaint = (error as Error).message;
        waitMs = Math.min(waitMs * 2, RESTART_AFTER_AT_MOST_MS);
      }
    }
  }
}

const uriOf = (port: number): string =>
  `mongodb://127.0.0.1:${port}/${DATABASE}?directConnection=true&replicaSet=${REPLICA_SET}`;

async function readRecord(file: string): Promise<Record> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record;
  } catch {
    return {};
  }
}
