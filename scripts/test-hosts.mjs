// Tests on real Linux hosts: each a Debian with its own systemd and network address on this machine.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const RESULTS = join(ROOT, 'test-results/hosts.json');
const TEARDOWN = join(ROOT, 'e2e/hosts/harness/teardown.sh');
const LOCK = '/run/lock/tocsin-hosts';
const TAKEN = 75;

const fail = (message) => {
  console.error(`hosts: ${message}`);
  console.log('hosts: 0 passed, 1 failed');
  process.exit(1);
};

if (process.platform !== 'linux' || process.getuid() !== 0) {
  fail('these tests boot Linux hosts on this machine and need Linux and root: sudo npm run test:hosts');
}

console.log(`hosts: this sets up, for the length of the run,
  - a Debian in .cache/hosts/base (debootstrap; kept, so that the next run is quick)
  - missing tools of debootstrap, systemd-container, iproute2 (apt-get; kept)
  - a bridge tocsin-hosts with 198.18.77.1/24, a network namespace and a cable per host
  - two hosts (systemd-nspawn on overlayfs over that Debian) with nginx and the built agent
  - a hub with its own MongoDB and data folder, listening on the bridge only`);

rmSync(RESULTS, { force: true });
mkdirSync('/run/lock', { recursive: true });
const vitest = spawn(
  'flock',
  [
    ...['--nonblock', '--close', `--conflict-exit-code=${TAKEN}`, LOCK],
    ...['npx', 'vitest', 'run', '--config', 'e2e/hosts/vitest.config.ts', ...process.argv.slice(2)],
  ],
  { cwd: ROOT, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => vitest.kill(signal));

vitest.on('exit', (status) => {
  if (status === TAKEN) fail('another run on this machine is at it; hosts of two runs would collide');
  // The run takes everything down itself; this is for one that was killed.
  spawnSync('sh', [TEARDOWN, join(ROOT, '.cache/hosts/run')], { stdio: 'inherit' });
  if (!existsSync(RESULTS)) fail('the run ended before its first test');
  const { numPassedTests, numTotalTests, success } = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const failed = Math.max(numTotalTests - numPassedTests, success ? 0 : 1);
  console.log(`hosts: ${numPassedTests} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
});
