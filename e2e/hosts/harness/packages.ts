import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/places.js';
import { PLACES } from './places.js';

/** Where `npm run package` leaves what people install. */
export const BUILT = join(ROOT, 'dist/packages');
/** This machine's architecture, as the packages call it. */
export const ARCH = process.arch === 'arm64' ? 'arm64' : 'amd64';
export const RPM_ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** The agent's version in this checkout. */
export const { version: PRESENT } = JSON.parse(readFileSync(join(ROOT, 'agent/package.json'), 'utf8')) as {
  version: string;
};

/** Builds the packages as people do; nothing happens when they are up to date. */
export function buildPackages(...options: string[]): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/package.mjs'), ...options], { stdio: 'inherit' });
}

/** Builds packages of another version, for this machine's architecture only. @returns their folder */
export function buildVersion(version: string): string {
  const folder = join(PLACES.run, 'packages', version);
  buildPackages('--version', version, '--into', folder, '--only', ARCH, '--quick');
  return folder;
}

/** The folder that a hub hands out packages from. */
export class Shelf {
  readonly folder: string;

  constructor() {
    mkdirSync(join(PLACES.run, 'packages'), { recursive: true });
    this.folder = mkdtempSync(join(PLACES.run, 'packages', 'shelf-'));
  }

  /** Has the packages of this folder, and no others. */
  fill(from: string): void {
    for (const name of readdirSync(this.folder)) rmSync(join(this.folder, name));
    cpSync(from, this.folder, { recursive: true });
  }
}
