import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import {
  type Retention,
  RETENTION_TIERS,
  type RetentionTier,
  type RetentionView,
  type TierForecast,
} from '@tocsin/shared';
import type { Connection } from 'mongoose';
import { type HostRecord, HostsService } from '../../hosts/hosts.service.js';
import type { HostKey } from '../host-key.js';
import { type DocumentSizes, StoredSizes } from './stored-sizes.js';
import { RetentionService } from './retention.service.js';

const DAY_MS = 86_400_000;
/** Documents of a host and day. Samples and roll-ups of a minute share theirs. */
const PER_DAY: Record<RetentionTier, number> = { raw: 1_440, '1m': 1_440, '10m': 144, '1h': 24, '1d': 1 };
/** So many hosts are looked at. */
const HOSTS_SAMPLED = 20;

/** What history will take on disk once each tier is as long as it is kept. */
@Injectable()
export class ForecastService {
  readonly #sizes: StoredSizes;

  constructor(
    @InjectConnection() connection: Connection,
    private readonly hosts: HostsService,
    private readonly retention: RetentionService,
  ) {
    this.#sizes = new StoredSizes(connection);
  }

  /** As if the hosts that report now went on as they do; measured on what they stored last. */
  async of(tenantId: string, now: number): Promise<RetentionView> {
    const hosts = this.hosts.list(tenantId).filter((host) => reports(host, now));
    const retention = this.retention.of(tenantId);
    const keys = hosts.map(({ id: hostId }) => ({ tenantId, hostId }));
    return { retention, hosts: hosts.length, forecast: await forecastFor(this.#sizes, keys, retention) };
  }
}

/** For these hosts of one tenant. */
export async function forecastFor(
  stored: StoredSizes,
  hosts: readonly HostKey[],
  retention: Retention,
): Promise<TierForecast[]> {
  const sizes = await stored.of(evenly(hosts, HOSTS_SAMPLED));
  return RETENTION_TIERS.map((tier): TierForecast => {
    const bytesPerHostDay = Math.round(bytesOf(sizes, tier) * PER_DAY[tier]);
    const days = retention[tier];
    return { tier, days, bytesPerHostDay, bytes: bytesPerHostDay * days * hosts.length };
  });
}

/** A tier that has no document yet will have ones like those of the minutes. */
const bytesOf = (sizes: Partial<DocumentSizes>, tier: RetentionTier): number =>
  sizes[tier] ?? sizes['1m'] ?? 0;

/** Whether a host reported within the last day. */
export const reports = (
  { presence: { status, since } }: Pick<HostRecord, 'presence'>,
  now: number,
): boolean => status === 'online' || status === 'stale' || (status !== 'never' && since >= now - DAY_MS);

const evenly = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
