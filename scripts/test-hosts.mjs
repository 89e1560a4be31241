/**
 * `npm run test:hosts`: tests on real Linux hosts, each a Debian with its own systemd and network
 * address on this machine. Needs Linux and root; says what it sets up.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { must, ROOT } from './setup/run.mjs';
import { step } from './setup/terminal.mjs';
import { vitest } from './setup/vitest.mjs';

function end({ passed, failed }) {
  console.log(`hosts: ${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

function refuse(why) {
  console.error(why);
  end({ passed: 0, failed: 1 });
}

const takeDown = () =>
  spawnSync('sh', ['e2e/hosts/harness/teardown.sh', `${ROOT}.cache/hosts/run`], {
    cwd: ROOT,
    stdio: 'inherit',
  });

if (process.platform !== 'linux' || process.getuid() !== 0) {
  refuse(
    'These tests boot Linux hosts on this machine, so they need Linux and root: sudo npm run test:hosts',
  );
}

// A name in the kernel that goes with this process: hosts of two runs would have the same addresses.
const lock = createServer().listen('\0tocsin-test-hosts');
await once(lock, 'listening').catch(() => refuse('Another run of these tests is using this machine.'));

step(`Tests on real hosts. For the length of the run this machine gets
  - a bridge tocsin-hosts with the address 198.18.77.1/24, and a network namespace and cable per host
  - two hosts (systemd-nspawn, overlayfs) with nginx and the built agent under systemd
  - a hub with its own MongoDB and data folder, listening on the bridge only
  - a Docker of its own in a sandbox, for the tests of containers
  and keeps: a Debian in .cache/hosts/base; debootstrap, systemd-container, iproute2, docker.io,
  busybox-static, rpm, lintian, rpmlint, shellcheck and qemu-user-static if they were missing`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    takeDown();
    process.exit(1);
  });
}

await dependencies();
await build();
await must(process.execPath, ['scripts/package.mjs']);
const result = await vitest('hosts', ['--config', 'e2e/hosts/vitest.config.ts']);
// The run takes down what it set up; this is for one that was killed.
takeDown();
end(result);
