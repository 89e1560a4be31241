import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../config/environment.js';
import type { Report } from './report.js';
import { type RunningProcess, runningProcess } from './running-process.js';

const STOPS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 50;

/**
 * Ends the `mongod` that a killed hub left behind on this data, which would keep a new one out.
 * @param hubPid the hub that started it, as far as known.
 * @throws ConfigError when that hub still runs.
 */
export async function stopLeftover(
  dbPath: string,
  hubPid: number | undefined,
  report: Report,
): Promise<void> {
  const mongod = await holderOf(dbPath);
  if (mongod === undefined) return;
  // An orphan is given a new parent; one with its old parent belongs to a hub that lives.
  if (mongod.parent === hubPid) {
    throw new ConfigError(
      `Another hub (process ${hubPid}) already uses ${dbPath}. Stop it, or set TOCSIN_DATA_DIR to another folder.`,
    );
  }
  report(`Stopping the MongoDB that a killed hub left behind (process ${mongod.pid})`);
  await end(mongod.pid);
}

/** Whether a living hub runs its `mongod` on this data. */
export async function ofLivingHub(dbPath: string, hubPid: number | undefined): Promise<boolean> {
  return hubPid !== undefined && (await holderOf(dbPath))?.parent === hubPid;
}

/** The process that `mongod.lock` names, if it still is a `mongod` on this data. */
async function holderOf(dbPath: string): Promise<RunningProcess | undefined> {
  const pid = Number(await readFile(join(dbPath, 'mongod.lock'), 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const found = await runningProcess(pid);
  return found?.command.includes(dbPath) ? found : undefined;
}

async function end(pid: number): Promise<void> {
  const deadline = Date.now() + STOPS_WITHIN_MS;
  process.kill(pid, 'SIGTERM');
  while ((await runningProcess(pid)) !== undefined) {
    // MongoDB's own journal brings back all it confirmed, so this loses nothing.
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await sleep(LOOK_EVERY_MS);
  }
}
