import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError } from '../config/sources.js';
import { ASIDE, type Answer, type Task, type TaskName } from './tasks.js';

/** Long enough for a slow machine that is just starting, in ms. */
const PATIENCE_MS = 20_000;

/**
 * Does a task in a process of its own, which takes what it loaded with it when it ends. A thread would not:
 * what it had in use stays with the agent.
 *
 * @throws ConfigError where the task does
 */
export async function runAside<Name extends TaskName>(
  name: Name,
  ...given: Parameters<Task<Name>>
): Promise<Awaited<ReturnType<Task<Name>>>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    // The program itself, whatever form it was installed in, and the runtime as it was started: where
    // nothing may make machine code, this process may not either.
    [...process.execArgv, process.argv[1]!, ASIDE, name, ...(given as string[])],
    { timeout: PATIENCE_MS },
  );
  const answer = JSON.parse(stdout) as Answer;
  if ('wrong' in answer) throw new ConfigError(answer.wrong);
  return answer.value as Awaited<ReturnType<Task<Name>>>;
}
