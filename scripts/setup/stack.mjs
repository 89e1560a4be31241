import { bold, step } from './terminal.mjs';
import { settings } from './settings.mjs';

/**
 * Starts the hub, an agent for this machine and, with `demo`, a simulated host beside it.
 * @returns {Promise<void>} when the hub answers
 */
export async function startStack(processes, { demo, execArgv }) {
  const { hub, agentKey, demoKey } = settings();
  step('Starting the hub (its first start looks for MongoDB and may download it)');
  const { url, setupUrl } = await new Promise((resolve) => {
    const child = processes.fork('The hub', 'server/dist/main.js', {
      // Of glibc's many heaps a fleet's frames would leave holes in each: 337 MB with 1,000 hosts, 225 with one.
      env: { MALLOC_ARENA_MAX: '1', ...hub, ...(demo && { TOCSIN_DEMO_KEY_FILE: demoKey }) },
      execArgv,
      onExit: (code) => processes.stop(code || 1),
    });
    child.on('message', (message) => message?.type === 'ready' && resolve(message));
  });

  const agent = (name, key, args = []) =>
    processes.keep(name, 'agent/dist/main.js', {
      args: ['--hub', url, '--key-file', key, ...args],
      execArgv,
    });
  agent('The agent', agentKey);
  if (demo) agent('The simulated host', demoKey, ['--simulate']);

  console.log(`\n  ${bold('Tocsin')}  ${setupUrl ?? url}`);
  console.log(
    setupUrl
      ? '  Open the link to make the first account. It works once.\n'
      : '  Open the link and sign in.\n',
  );
  if (demo) console.log('  Demo: the simulated host spikes by itself now and then.\n');
}
