import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../support/places.js';
import { command } from './command.js';

/**
 * Holds memory of this machine, which its hosts share, until the returned function is called.
 * @param out whether it is swapped out
 */
export async function holdMemory(megabytes: number, out = false): Promise<() => Promise<void>> {
  const script = join(import.meta.dirname, 'memory-pressure.py');
  const holder = spawn('python3', [script, String(megabytes), ...(out ? ['out'] : [])], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end();
    await once(holder, 'exit');
  };
}

/** Gives this machine a swap file of its own until the returned function is called. Swap in use is no trouble. */
export async function addSwap(megabytes: number): Promise<() => Promise<void>> {
  const file = join(ROOT, '.cache/hosts/swap');
  // An earlier run may have been killed.
  await command('swapoff', file).catch(() => '');
  await rm(file, { force: true });
  await command('dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', `count=${megabytes}`, 'status=none');
  await command('chmod', '600', file);
  await command('mkswap', file);
  await command('swapon', file);
  return async () => {
    await command('swapoff', file);
    await rm(file);
  };
}
