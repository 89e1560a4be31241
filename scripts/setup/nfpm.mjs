import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from './programs.mjs';
import { must, ROOT } from './run.mjs';
import { giveUp, step } from './terminal.mjs';

const VERSION = 'v2.43.0';
const FOLDER = join(ROOT, '.cache/nfpm', VERSION);

/** What the packages depend on beside their content. */
export const NFPM_VERSION = VERSION;

/** The program that writes .deb and .rpm, built from source once. */
export async function nfpm() {
  const program = join(FOLDER, 'nfpm');
  if (existsSync(program)) return program;
  if (!onPath('go')) {
    giveUp(
      `Packages are written by nfpm, which is built with Go, and there is no go on the PATH.`,
      'Install Go 1.23 or newer from https://go.dev/dl (Debian 13, Ubuntu 24.10: sudo apt install golang-go).',
    );
  }
  step(`Building nfpm ${VERSION} (go install), once`);
  await must('go', ['install', `github.com/goreleaser/nfpm/v2/cmd/nfpm@${VERSION}`], { GOBIN: FOLDER });
  return program;
}
