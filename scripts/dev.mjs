/**
 * `npm run dev [-- --demo]`: like `npm start`, but rebuilds and restarts what changes. The PWA is served
 * by Vite at http://127.0.0.1:5173, which passes the API on to the hub.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { Processes } from './setup/processes.mjs';
import { ROOT } from './setup/run.mjs';
import { startStack } from './setup/stack.mjs';
import { bold } from './setup/terminal.mjs';

const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } });

await dependencies();
await build();

const WATCHERS = [
  ['npx', 'tsc', '-p', 'shared/tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['npx', 'tsc', '-p', 'agent/tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['npx', 'tsc', '-p', 'server/tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['npm', 'run', '--silent', 'dev', '-w', 'pwa'],
];
for (const [command, ...args] of WATCHERS) {
  const watcher = spawn(command, args, { cwd: ROOT, stdio: 'inherit' });
  process.once('exit', () => watcher.kill());
}

// `--watch` restarts a program when a file that it imported was built anew.
await startStack(new Processes(), { demo: values.demo, execArgv: ['--watch', '--watch-preserve-output'] });
console.log(`  ${bold('PWA with hot reload')}  http://127.0.0.1:5173\n`);
