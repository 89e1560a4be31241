import { readdir, readFile } from 'node:fs/promises';

const KIB = 1024;

/**
 * What a process used until now: CPU of all its threads in ms, memory in bytes. `rss` counts pages that it
 * shares with others whole, `pss` by its share; `anonymous` is what nothing on disk stands behind, so only
 * swapping can take it away.
 */
export async function usageOf(pid) {
  const tasks = await readdir(`/proc/${pid}/task`);
  const spent = await Promise.all(
    // The first number of schedstat is time on a core in ns; a thread may have ended meanwhile.
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0')),
  );
  const memory = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(memory)?.[1]) * KIB;
  return {
    cpu: spent.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1e6,
    rss: bytes('Rss'),
    pss: bytes('Pss'),
    anonymous: bytes('Anonymous'),
  };
}
