import { ConfigError } from '../config/sources.js';

/** What the program is called with to do a task; not for people. */
export const ASIDE = 'aside';

/** What is wanted once and loads much: the YAML reader takes 7 MB, systeminformation as much. */
const TASKS = {
  facts: async () => (await import('../facts/facts.js')).readFacts(),
  config: async (path: string) => (await import('../config/file.js')).parseConfigFile(path),
};

export type TaskName = keyof typeof TASKS;
export type Task<Name extends TaskName> = (typeof TASKS)[Name];
export type Answer = { value: unknown } | { wrong: string };

/** Does a task and says on standard output what came of it. */
export async function doTask(name: string, ...given: string[]): Promise<Answer> {
  const task = TASKS[name as TaskName] as (...given: string[]) => Promise<unknown>;
  try {
    return { value: await task(...given) };
  } catch (error) {
    if (error instanceof ConfigError) return { wrong: error.message };
    throw error;
  }
}
