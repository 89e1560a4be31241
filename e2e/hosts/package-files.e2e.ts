import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/places.js';
import { command } from './harness/command.js';
import { installMissing } from './harness/debian.js';
import { BUILT, buildPackages, PRESENT } from './harness/packages.js';

const DEBS = ['amd64', 'arm64'].map((arch) => join(BUILT, `tocsin-agent_${PRESENT}_${arch}.deb`));
const RPMS = ['x86_64', 'aarch64'].map((arch) => join(BUILT, `tocsin-agent-${PRESENT}.${arch}.rpm`));

beforeAll(async () => {
  buildPackages();
  await installMissing({ lintian: 'lintian', rpm: 'rpm', rpmlint: 'rpmlint', shellcheck: 'shellcheck' });
}, 600_000);

describe('the packages', () => {
  it.each(DEBS)('%s: lintian finds nothing', async (file) => {
    expect(await command('lintian', '--allow-root', '--fail-on', 'error,warning', file)).toBe('');
  });

  it.each(RPMS)('%s: rpmlint finds nothing but what is explained', async (file) => {
    expect(await command(join(ROOT, 'agent/packaging/lint-rpm.sh'), file)).toContain(' 0 errors, 0 warnings');
  });

  it('the unit is one that systemd understands', async () => {
    const folder = await unpacked(DEBS[0]!);
    const unit = join(folder, 'lib/systemd/system/tocsin-agent.service');
    expect(await command('systemd-analyze', 'verify', `--root=${folder}`, unit).catch(String)).not.toMatch(
      /Unknown/,
    );
  });

  it('the manual is one that man can show', async () => {
    const page = join(await unpacked(DEBS[0]!), 'usr/share/man/man8/tocsin-agent.8.gz');
    expect(await command('sh', '-c', `zcat ${page} | grep -c '^.TP'`)).toMatch(/^\d\d$/);
  });

  it('the script that installs them has no fault that shellcheck knows', async () => {
    expect(await command('shellcheck', '--shell=sh', join(ROOT, 'agent/packaging/install.sh'))).toBe('');
  });
});

describe('the package for arm64', () => {
  it('runs and reads a host', async () => {
    await installMissing({ 'qemu-aarch64-static': 'qemu-user-static' });
    await installLibraries();
    const folder = join(await unpacked(DEBS[1]!), 'usr/lib/tocsin-agent');
    // This machine may have a configuration of its own, which would be read in another process.
    const alone = 'if [ -d /etc/tocsin ]; then mount -t tmpfs tmpfs /etc/tocsin; fi; exec "$@"';
    const qemu = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', join(folder, 'node')];
    const run = (...args: string[]) =>
      command('unshare', '--mount', 'sh', '-ec', alone, 'sh', ...qemu, join(folder, 'dist/main.js'), ...args);
    expect(await run('version')).toBe(PRESENT);
    expect(JSON.parse(await run('print'))).toMatchObject({ cpu: { usage: expect.any(Number) } });
  }, 300_000);
});

/** What the runtime links to, for arm64 and without an arm64 system. */
async function installLibraries(): Promise<void> {
  if (existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6')) return;
  const apt = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  await command('env', ...apt, 'update');
  await command('env', ...apt, 'install', '-y', '--no-install-recommends', 'libstdc++6-arm64-cross');
}

async function unpacked(file: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-package-'));
  await command('dpkg-deb', '--extract', file, folder);
  return folder;
}
