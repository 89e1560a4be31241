import type { CreatedKey } from '@tocsin/shared';
import type { Api } from '../../support/api.js';
import { RealHost } from './real-host.js';

/** A real host and who it is to the hub. */
export interface Enrolled {
  host: RealHost;
  id: string;
  key: CreatedKey;
}

/**
 * Boots a host, adds it to the hub and starts its agent with the key that the hub gave.
 *
 * @param settings further lines of the agent's configuration
 */
export async function enrol(
  api: Api,
  url: string,
  name: string,
  number: number,
  settings = ['services: [nginx]'],
): Promise<Enrolled> {
  const host = await RealHost.create(name, number);
  await host.boot();
  const { host: added, key } = await api.createHost(name);
  await host.write('/etc/tocsin/agent.yaml', [`hub: ${url}`, `key: ${key.key}`, ...settings, ''].join('\n'));
  await host.run('systemctl', 'enable', '--now', '--quiet', 'tocsin-agent');
  return { host, id: added.id, key };
}

/** Keeps every core of the host busy, for two minutes at most; returns how to end it. */
export async function makeBusy(host: RealHost, cores: number): Promise<() => Promise<void>> {
  const units = Array.from({ length: cores }, (_, core) => `busy-${core}.service`);
  for (const unit of units) {
    const bound = ['--property=RuntimeMaxSec=120', '--collect', '--quiet', `--unit=${unit}`];
    await host.run('systemd-run', ...bound, 'sh', '-c', 'while :; do :; done');
  }
  return async () => void (await host.run('systemctl', 'stop', ...units));
}
