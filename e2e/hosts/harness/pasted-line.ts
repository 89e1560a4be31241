import type { RealHost } from './real-host.js';

/** Runs a pasted line as root, who needs no sudo. @returns what it printed */
export const paste = (host: RealHost, line: string): Promise<string> =>
  host.run('bash', '-eo', 'pipefail', '-c', line.replace('sudo ', 'env '));

/** What the line is without its token. */
export const again = (line: string): string => line.replace(/TOCSIN_TOKEN=\S+ /, '');

/** What no upgrade may change. */
export const kept = (host: RealHost): Promise<string> =>
  host.run('sha256sum', '/etc/tocsin/key', '/etc/tocsin/agent.yaml');
