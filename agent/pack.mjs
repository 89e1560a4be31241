/**
 * Packs the built agent with all that it needs into `dist/agent.tgz`, which the hub hands out:
 * `tocsin-agent/` with bundled JavaScript, to be run by Node.js alone.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { licensesOf } from './packaging/licenses.mjs';

const here = import.meta.dirname;
const scratch = mkdtempSync(join(tmpdir(), 'tocsin-agent-'));
const folder = join(scratch, 'tocsin-agent');
mkdirSync(folder);
copyFileSync(join(here, 'package.json'), join(folder, 'package.json'));

const bundle = await rolldown({
  input: join(here, 'dist/main.js'),
  platform: 'node',
});
const { output } = await bundle.write({ dir: join(folder, 'dist'), format: 'esm', minify: true });
await bundle.close();
const modules = output.flatMap((chunk) => ('moduleIds' in chunk ? chunk.moduleIds : []));
writeFileSync(join(folder, 'third-party-licenses.txt'), licensesOf(modules));

execFileSync('tar', [
  '-czf',
  join(here, 'dist/agent.tgz'),
  '--owner=0',
  '--group=0',
  '-C',
  scratch,
  'tocsin-agent',
]);
rmSync(scratch, { recursive: true });
