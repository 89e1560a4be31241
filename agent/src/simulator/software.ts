import type { ContainerReading, ServiceReading } from '@tocsin/shared';
import { tenths } from './machine.js';
import { wave, workerFails, workerSince } from './rhythm.js';

const MB = 2 ** 20;
const STEADY_SERVICES = [
  { name: 'nginx', memory: 46 * MB },
  { name: 'postgresql', memory: 912 * MB },
  { name: 'ssh', memory: 9 * MB },
];
const CONTAINERS = [
  { name: 'shop-web-1', image: 'shop/web:4.2', cpu: 5, memory: 240 * MB, traffic: 6e5, health: 'healthy' },
  { name: 'shop-api-1', image: 'shop/api:4.2', cpu: 9, memory: 410 * MB, traffic: 4e5, health: 'healthy' },
  { name: 'redis', image: 'redis:8', cpu: 1, memory: 64 * MB, traffic: 1e5, health: undefined },
] as const;

export function services(t: number): ServiceReading[] {
  const steady = STEADY_SERVICES.map(({ name, memory }, at) => ({
    name,
    state: 'active' as const,
    subState: 'running',
    restarts: 0,
    memory: Math.round(memory * (1 + 0.05 * wave(t, 180_000, at))),
  }));
  const worker = workerFails(t)
    ? ({ state: 'failed', subState: 'failed' } as const)
    : ({ state: 'active', subState: 'running', memory: 130 * MB } as const);
  return [...steady, { name: 'worker', ...worker, since: workerSince(t), restarts: 0 }];
}

export const containers = (t: number, spike: number): ContainerReading[] => [
  ...CONTAINERS.map(({ name, image, cpu, memory, traffic, health }, at) => ({
    name,
    image,
    state: 'running' as const,
    ...(health && { health }),
    cpu: tenths(cpu * (1 + 0.6 * wave(t, 30_000, at) + 1.5 * spike)),
    memory: Math.round(memory * (1 + 0.04 * wave(t, 200_000, at))),
    in: Math.round(traffic * (1.1 + wave(t, 35_000, at))),
    out: Math.round(traffic * 2 * (1.1 + wave(t, 45_000, at))),
  })),
  { name: 'shop-migrate-1', image: 'shop/api:4.2', state: 'exited' },
];
