import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { RUNTIME } from '../../agent/packaging/runtime.mjs';
import { must, ROOT } from './run.mjs';
import { step } from './terminal.mjs';

const FOLDER = join(ROOT, '.cache/runtime');

/** Does the file hold what the pin says? */
function intact(file, integrity) {
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  try {
    return createHash(algorithm).update(readFileSync(file)).digest('base64') === expected;
  } catch {
    return false;
  }
}

/**
 * The pinned runtime for an architecture, as npm hands it out; downloaded once.
 * @returns {Promise<string>} path of the .tgz
 */
export async function runtimeArchive(arch) {
  const { name, integrity } = RUNTIME.downloads[arch];
  const file = join(FOLDER, `${name.replace(/^@/, '').replace('/', '-')}-${RUNTIME.version}.tgz`);
  if (intact(file, integrity)) return file;
  step(`Downloading ${RUNTIME.name} ${RUNTIME.version} for ${arch} (npm pack)`);
  mkdirSync(FOLDER, { recursive: true });
  await must('npm', ['pack', '--silent', `${name}@${RUNTIME.version}`, '--pack-destination', FOLDER]);
  if (!intact(file, integrity)) {
    rmSync(file, { force: true });
    throw new Error(`${name}@${RUNTIME.version} is not what agent/packaging/runtime.mjs says it should be`);
  }
  return file;
}
