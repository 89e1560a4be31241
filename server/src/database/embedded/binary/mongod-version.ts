import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Older ones lack what the hub or the driver uses. */
export const OLDEST_MAJOR = 6;

/** `6.0.5`; undefined when the file is no `mongod` or does not run on this machine. */
export async function mongodVersion(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 30_000 });
    return /^db version v(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

export const isRecentEnough = (version: string): boolean => Number.parseInt(version, 10) >= OLDEST_MAJOR;
