import { Program } from './program.js';

/** A real agent of this machine. */
export function startAgent(url: string, key: string, args: string[] = []): Program {
  return new Program('the agent', 'agent/dist/main.js', ['--hub', url, '--key', key, ...args]);
}
