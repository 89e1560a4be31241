import { existsSync, readdirSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';

/** Debian and Ubuntu make the first, SUSE the second, when an update waits for a restart. */
const MARKS = ['run/reboot-required', 'run/reboot-needed'];

/**
 * Whether an update waits for a restart of the host: it says so itself, or a newer kernel is installed than
 * the one that runs. The second is what RPM systems can tell without a look into their package database;
 * that a library of the system was replaced is not seen there.
 *
 * @returns undefined where nothing can tell, as in a container or on a machine that gets its kernel from elsewhere
 */
export function isRebootRequired(root = '/', running = release()): boolean | undefined {
  if (MARKS.some((mark) => existsSync(join(root, mark)))) return true;
  return newerKernelIsInstalled(kernelsIn(join(root, 'boot')), running);
}

function kernelsIn(boot: string): string[] {
  try {
    return readdirSync(boot)
      .filter((name) => name.startsWith('vmlinuz-'))
      .map((name) => name.slice('vmlinuz-'.length));
  } catch {
    return [];
  }
}

/**
 * @param installed versions of the kernels that the host can start
 * @returns undefined when the running one is not among them
 */
export function newerKernelIsInstalled(installed: readonly string[], running: string): boolean | undefined {
  if (!installed.includes(running)) return undefined;
  return installed.some(
    (kernel) => flavour(kernel) === flavour(running) && compareVersions(kernel, running) > 0,
  );
}

/** What is left of a version without its numbers: a kernel of another kind (`-rt`, `+debug`, `uek`) is no update. */
const flavour = (version: string): string => version.replace(/[\d._~-]+/g, ' ');

/**
 * Compares two versions piece by piece as RPM does: numbers by value, words by letters, and a number is newer
 * than a word. @returns more than zero when the first is newer
 */
export function compareVersions(a: string, b: string): number {
  const left = a.match(PIECES) ?? [];
  const right = b.match(PIECES) ?? [];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = comparePieces(left[at]!, right[at]!);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const PIECES = /\d+|[a-z]+/gi;

function comparePieces(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (Number.isNaN(left) && Number.isNaN(right)) return a === b ? 0 : a > b ? 1 : -1;
  if (Number.isNaN(left)) return -1;
  return Number.isNaN(right) ? 1 : left - right;
}
