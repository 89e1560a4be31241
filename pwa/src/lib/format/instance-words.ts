import type { InstanceKind } from '@tocsin/shared';

/** What tells the instances of a metric apart, as people call it. */
export const INSTANCE_WORDS: Record<InstanceKind, string> = {
  mount: 'mount',
  interface: 'interface',
  service: 'service',
  core: 'core',
  device: 'disk',
  container: 'container',
  sensor: 'sensor',
  source: 'address',
};
