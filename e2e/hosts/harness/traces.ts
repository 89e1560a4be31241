import type { RealHost } from './real-host.js';

/** What a host writes by itself every day. */
const EVERYDAY =
  /^\/(var\/(log|cache|tmp)|tmp|run)\/|^\/var\/lib\/(systemd|dpkg|logrotate|rpm)\/|^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$|^\/etc\/\.pwd\.lock$/;

/** Everything in which an installed program could leave something. */
export interface Traces {
  files: Set<string>;
  /** Users and groups. */
  accounts: string;
  units: string;
}

export async function tracesOf(host: RealHost): Promise<Traces> {
  const files = await host.run(
    'find',
    '/',
    '/run',
    '-xdev',
    '-not',
    '-path',
    '/proc/*',
    '-not',
    '-path',
    '/sys/*',
  );
  return {
    files: new Set(files.split('\n')),
    accounts: await host.run('cat', '/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow'),
    units: await host.run('systemctl', 'list-unit-files', '--no-legend', '--full'),
  };
}

/** Files that were not there before, but for what the host writes by itself. */
export const added = (before: Traces, after: Traces): string[] =>
  [...after.files]
    .filter((path) => !before.files.has(path))
    .filter((path) => path.includes('tocsin-agent') || path.includes('/tocsin') || !EVERYDAY.test(path));
