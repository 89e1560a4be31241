import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from './terminal.mjs';
import { must, ROOT } from './run.mjs';

/** In the order in which they build on each other. */
const WORKSPACES = [
  { name: 'shared', uses: [] },
  { name: 'agent', uses: ['shared'] },
  { name: 'server', uses: ['shared'] },
  { name: 'pwa', uses: ['shared'] },
];

const stamp = (workspace) => join(ROOT, workspace, 'dist/.built');
const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** When anything under a folder changed last; a folder's own time tells of files that are gone. */
function newest(path) {
  if (!statSync(path).isDirectory()) return modified(path);
  const entries = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules');
  return Math.max(modified(path), ...entries.map((name) => newest(join(path, name))));
}

function current({ name, uses }) {
  const built = modified(stamp(name));
  const inputs = [
    ...readdirSync(join(ROOT, name)).filter((file) => file !== 'dist' && file !== 'node_modules'),
  ];
  const sources = inputs.map((file) => newest(join(ROOT, name, file)));
  return built > Math.max(...sources, ...uses.map((used) => modified(stamp(used))));
}

/** Builds each workspace whose sources are newer than what was built of them. */
export async function build(names = WORKSPACES.map(({ name }) => name)) {
  for (const workspace of WORKSPACES) {
    if (!names.includes(workspace.name) || current(workspace)) continue;
    step(`Building ${workspace.name}`);
    await must('npm', ['run', '--silent', `build:${workspace.name}`]);
    writeFileSync(stamp(workspace.name), '');
  }
}
