import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from './command.js';
import { PLACES } from './places.js';

const RELEASE = 'bookworm';
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'nginx-light', 'iproute2', 'procps', 'curl', 'ca-certificates'],
  ...['openssh-server', 'openssh-client', 'sshpass', 'rsyslog', 'logrotate'],
];

/** Programs that the harness needs, and the Debian package that brings each. */
const TOOLS = { debootstrap: 'debootstrap', 'systemd-nspawn': 'systemd-container', ip: 'iproute2' };

const onPath = (program: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));

export const installTools = (): Promise<void> => installMissing(TOOLS);

/**
 * Installs what is missing, and says so. Needs root and apt.
 *
 * @param tools the Debian package that brings each program
 */
export async function installMissing(tools: Record<string, string>): Promise<void> {
  const missing = Object.entries(tools).flatMap(([program, name]) => (onPath(program) ? [] : [name]));
  if (missing.length === 0) return;
  console.log(`hosts: installing ${missing.join(', ')} with apt-get`);
  const aptGet = ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  await command('env', ...aptGet, 'update');
  await command('env', ...aptGet, 'install', '-y', '--no-install-recommends', ...missing);
}

/** Builds the Debian that all hosts share, unless an earlier run left one. Takes a few minutes. */
export async function buildDebian(): Promise<void> {
  const recipe = `${RELEASE} ${PACKAGES.join(' ')}\n`;
  const stamp = join(PLACES.base, 'etc/tocsin-recipe');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === recipe) return;

  console.log(`hosts: building a Debian ${RELEASE} with debootstrap, once`);
  const partial = `${PLACES.base}.partial`;
  await Promise.all([PLACES.base, partial].map((path) => rm(path, { recursive: true, force: true })));
  await command(
    'debootstrap',
    '--variant=minbase',
    `--include=${PACKAGES.join(',')}`,
    RELEASE,
    partial,
    await mirror(),
  );
  // Empty, so that each host makes an identity of its own at its first boot.
  await writeFile(join(partial, 'etc/machine-id'), '');
  await writeFile(join(partial, 'etc/tocsin-recipe'), recipe);
  await rename(partial, PLACES.base);
}

/** Where this machine itself gets Debian packages from; Debian's own address when it has no apt sources. */
async function mirror(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const files = (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  for (const file of ['/etc/apt/sources.list', ...files]) {
    const address = debianMirror(await readFile(file, 'utf8').catch(() => ''));
    if (address) return address;
  }
  return 'http://deb.debian.org/debian';
}

/** First mirror of Debian's main archive in an apt source file, in either of the two notations. */
function debianMirror(sources: string): string | undefined {
  const addresses = sources.matchAll(/^(?:URIs:|deb\s+(?:\[[^\]]*\]\s+)?)\s*(\S+)/gm);
  return [...addresses].map(([, address]) => address!).find((address) => /\/debian\/?$/.test(address));
}
