import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../support/places.js';
import { installMissing } from './debian.js';
import { PLACES } from './places.js';

/** A folder that, put over a host's Debian, brings it this machine's rpm. */
export async function rpmLayer(): Promise<string> {
  await installMissing({ rpm: 'rpm' });
  const layer = join(PLACES.run, 'rpm-layer');
  const libraries = execFileSync('ldd', ['/usr/bin/rpm'], { encoding: 'utf8' }).matchAll(/=> (\/\S+)/g);
  for (const path of ['/usr/bin/rpm', '/usr/lib/rpm', ...[...libraries].map(([, path]) => path!)]) {
    // In a merged /usr: the layer's folder would stand in front of a link.
    const place = join(layer, path.replace(/^\/lib/, '/usr/lib'));
    mkdirSync(dirname(place), { recursive: true });
    cpSync(realpathSync(path), place, { recursive: true, verbatimSymlinks: true });
  }
  return layer;
}

/**
 * An .rpm that says it provides what another one requires: what a distribution of that kind has, and what
 * this host has from its Debian without rpm knowing.
 *
 * @returns its path
 */
export function baseSystemFor(rpm: string): string {
  const requires = execFileSync('rpm', ['-qp', '--requires', rpm], { encoding: 'utf8' });
  const provides = requires
    .trim()
    .split('\n')
    .filter((name) => !name.startsWith('rpmlib('));
  const file = join(PLACES.run, 'base-system.rpm');
  const config = {
    name: 'base-system',
    version: '1.0.0',
    maintainer: 'tests',
    description: 'stands for Debian',
    provides,
  };
  writeFileSync(`${file}.json`, JSON.stringify({ ...config, arch: 'all' }));
  const nfpm = join(ROOT, '.cache/nfpm/v2.43.0/nfpm');
  execFileSync(nfpm, ['package', '--config', `${file}.json`, '--packager', 'rpm', '--target', file]);
  return file;
}
