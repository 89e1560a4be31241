import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, step } from './terminal.mjs';
import { must, ROOT } from './run.mjs';

const OLDEST_NODE = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  giveUp(
    `Tocsin needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
    'Install a current one from https://nodejs.org or with your version manager.',
  );
}

const packagesIn = (lockfile) => JSON.parse(readFileSync(join(ROOT, lockfile), 'utf8')).packages;

/** Does node_modules hold what the lockfile says? Packages for other platforms are rightly left out. */
function installed() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const here = packagesIn('node_modules/.package-lock.json');
  return Object.entries(packagesIn('package-lock.json'))
    .filter(([path, wanted]) => path.startsWith('node_modules/') && !wanted.link)
    .every(([path, wanted]) => (here[path] ? here[path].version === wanted.version : wanted.optional));
}

/** Installs the project's packages when they are missing or other than the lockfile says. */
export async function dependencies() {
  checkNode();
  if (installed()) return;
  step('Installing packages (npm ci)');
  await must('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}
