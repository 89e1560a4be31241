import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root, where every command runs. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a program in the root with its output shown.
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 * @throws when the program cannot be started
 */
export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs a program and throws unless it succeeds. */
export async function must(command, args, env) {
  const code = await run(command, args, env);
  if (code !== 0) throw new Error(`\`${command} ${args.join(' ')}\` ended with code ${code}`);
}
