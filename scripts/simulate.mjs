/**
 * `npm run simulate -- --hosts N`: hosts that do not exist report to a hub, its own unless `--hub` names one.
 * `--help` tells the rest.
 */
import { join } from 'node:path';
import { HELP, readOptions, UsageError } from '../bench/simulate/options.mjs';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { Processes } from './setup/processes.mjs';
import { ROOT } from './setup/run.mjs';
import { bold, giveUp, step } from './setup/terminal.mjs';

const args = process.argv.slice(2);
let options;
try {
  options = readOptions(args, Date.now());
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  giveUp(error.message, 'See npm run simulate -- --help.');
}
if (options.help) {
  console.log(HELP);
  process.exit();
}

await dependencies();
const processes = new Processes();
const more = [];
if (options.hub === undefined) {
  await build();
  // The hub's own code needs what was just installed and built.
  const { startOwnHub } = await import('../bench/simulate/own-hub.mjs');
  step('Starting a hub for simulated hosts (its first start looks for MongoDB and may download it)');
  const folder = join(process.env.TOCSIN_DATA_DIR ?? join(ROOT, 'data'), 'simulation');
  const { url, email, password, token } = await startOwnHub(processes, {
    folder,
    pwaDir: process.env.TOCSIN_PWA_DIR ?? join(ROOT, 'pwa/dist'),
  });
  console.log(`\n  ${bold('Tocsin')}  ${url}\n  Sign in as ${email} with ${password}\n`);
  more.push('--hub', url, '--token', await token());
  if (options.keys === undefined) more.push('--keys', join(folder, 'keys.json'));
}
processes.fork('The simulated hosts', 'bench/simulate/main.mjs', {
  args: [...args, ...more],
  onExit: (code) => processes.stop(code ?? 1),
});
