/**
 * `npm run package`: builds the agent as .deb and .rpm for amd64 and arm64 into dist/packages/, from where
 * the hub hands them out. The same sources give the same bytes.
 *
 *   --version X   another version than the one in agent/package.json
 *   --into DIR    another folder
 *   --only NAMES  some of them: deb, rpm, amd64, arm64, separated by commas
 *   --quick       large ones, in a tenth of the time
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RUNTIME } from '../agent/packaging/runtime.mjs';
import { build } from './setup/build.mjs';
import { dependencies } from './setup/dependencies.mjs';
import { nfpm, NFPM_VERSION } from './setup/nfpm.mjs';
import { must, ROOT } from './setup/run.mjs';
import { runtimeArchive } from './setup/runtime.mjs';
import { step } from './setup/terminal.mjs';

const { values: options } = parseArgs({
  options: {
    version: { type: 'string' },
    into: { type: 'string', default: join(ROOT, 'dist/packages') },
    only: { type: 'string', default: 'deb,rpm,amd64,arm64' },
    quick: { type: 'boolean', default: false },
  },
});
const version = options.version ?? JSON.parse(readFileSync(join(ROOT, 'agent/package.json'), 'utf8')).version;
const into = resolve(options.into);

const RPM_ARCH = { amd64: 'x86_64', arm64: 'aarch64' };
/** What an earlier run may have left. */
const OURS = /^tocsin-agent[_-].*\.(deb|rpm)$|^SHA256SUMS$|^\.inputs$/;
const chosen = new Set(options.only.split(','));
const choose = (names) =>
  names.some((name) => chosen.has(name)) ? names.filter((name) => chosen.has(name)) : names;
const arches = choose(Object.keys(RUNTIME.downloads));
const packagers = choose(['deb', 'rpm']);
const fileOf = (packager, arch) =>
  packager === 'deb'
    ? `tocsin-agent_${version}_${arch}.deb`
    : `tocsin-agent-${version}.${RPM_ARCH[arch]}.rpm`;

/** Every time within the packages: that of the commit, unless the environment sets one. */
function sourceTime() {
  const set = process.env.SOURCE_DATE_EPOCH;
  if (set) return new Date(Number(set) * 1000);
  try {
    const commit = execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return new Date(Number(commit) * 1000);
  } catch {
    // A release without its repository.
    return new Date('2026-01-01T00:00:00Z');
  }
}

const sha256 = (...contents) =>
  contents.reduce((hash, content) => hash.update(content), createHash('sha256')).digest('hex');

/** A checksum over all that decides what is in the packages, but for the time. */
function inputs() {
  const bundle = execFileSync('tar', ['-xzOf', join(ROOT, 'agent/dist/agent.tgz')], { maxBuffer: 2 ** 28 });
  const folders = [
    'agent/packaging',
    'agent/packaging/root',
    'agent/packaging/scripts',
    'agent/packaging/scripts/shared',
    'agent/dist/cli/manual',
    'agent/dist/config',
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(ROOT, folder, name)),
  );
  const texts = [...files.sort(), join(ROOT, 'CHANGELOG.md'), import.meta.filename].map((file) =>
    readFileSync(file),
  );
  return sha256(
    bundle,
    version,
    NFPM_VERSION,
    String(options.quick),
    process.env.SOURCE_DATE_EPOCH ?? '',
    ...texts,
  );
}

const checksums = (files) =>
  files.map((file) => `${sha256(readFileSync(join(into, file)))}  ${file}\n`).join('');
const read = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

await dependencies();
await build(['shared', 'agent']);

const files = arches.flatMap((arch) => packagers.map((packager) => fileOf(packager, arch)));
const stamp = join(into, '.inputs');
const wanted = inputs();
const listed = read(join(into, 'SHA256SUMS'));
if (
  read(stamp) === wanted &&
  files.every((file) => listed?.includes(`  ${file}\n`)) &&
  listed === checksums(files)
) {
  console.log(`The packages in ${into} are up to date.`);
  process.exit();
}

const program = await nfpm();
// After the build: it is what makes them.
const { stage } = await import('../agent/packaging/stage.mjs');
mkdirSync(into, { recursive: true });
for (const file of readdirSync(into).filter((name) => OURS.test(name))) rmSync(join(into, file));
step(`Packaging tocsin-agent ${version}`);
const time = sourceTime();
const archives = [];
for (const arch of arches) archives.push(await runtimeArchive(arch));
await Promise.all(
  arches.map(async (arch, index) => {
    const folder = join(ROOT, '.cache/package', arch);
    const configure = stage({ version, arch, runtime: archives[index], folder, time, quick: options.quick });
    for (const packager of packagers) {
      const target = join(into, fileOf(packager, arch));
      await must(program, [
        'package',
        '--config',
        configure(packager),
        '--packager',
        packager,
        '--target',
        target,
      ]);
    }
  }),
);
writeFileSync(join(into, 'SHA256SUMS'), checksums(files));
writeFileSync(stamp, wanted);
console.log(checksums(files).trimEnd());
