import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface RunningProcess {
  pid: number;
  parent: number;
  command: string[];
}

/** Undefined when no such process runs; a dead one whose parent has not noticed yet does not count. */
export async function runningProcess(pid: number): Promise<RunningProcess | undefined> {
  try {
    return process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<RunningProcess | undefined> {
  const [stat, commandLine] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  // The name before the state stands in brackets and may hold anything.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z') return undefined;
  return { pid, parent: Number(parent), command: commandLine.split('\0').slice(0, -1) };
}

async function fromPs(pid: number): Promise<RunningProcess | undefined> {
  const { stdout } = await run('ps', ['-o', 'stat=,ppid=,args=', '-p', String(pid)]);
  const [state = '', parent, ...command] = stdout.trim().split(/\s+/);
  return state.startsWith('Z') ? undefined : { pid, parent: Number(parent), command };
}
