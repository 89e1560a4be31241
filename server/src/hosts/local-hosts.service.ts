import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Config } from '../config/config.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { HostKeysService } from './host-keys.service.js';
import { HostsService } from './hosts.service.js';

const DEMO_HOST = 'demo-web-1';

/**
 * Leaves keys in files for agents that are started together with the hub, so that a first start shows
 * this machine without anybody adding it.
 */
@Injectable()
export class LocalHostsService implements OnApplicationBootstrap {
  readonly #logger = new Logger(LocalHostsService.name);

  constructor(
    private readonly config: Config,
    private readonly tenants: TenantsService,
    private readonly hosts: HostsService,
    private readonly keys: HostKeysService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { localAgentKeyFile, demoKeyFile } = this.config;
    if (localAgentKeyFile !== undefined) await this.#provide(localAgentKeyFile, hostname(), false);
    if (demoKeyFile !== undefined) await this.#provide(demoKeyFile, DEMO_HOST, true);
  }

  /** A key that works is left alone; else the host of that name, which is made if need be, gets a new one. */
  async #provide(file: string, name: string, simulated: boolean): Promise<void> {
    const present = await readFile(file, 'utf8').catch(() => '');
    if (typeof (await this.keys.authenticate(present.trim())) === 'object') return;
    const { id: tenantId } = await this.tenants.default();
    const host =
      this.hosts.list(tenantId).find((known) => known.name === name) ??
      (await this.hosts.create(tenantId, { name, simulated }));
    const { key } = await this.keys.create(tenantId, host.id);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${key}\n`, { mode: 0o600 });
    this.#logger.log(`A key for the host ${name} is in ${file}.`);
  }
}
