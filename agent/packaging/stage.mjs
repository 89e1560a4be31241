import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bashCompletion, fishCompletion, zshCompletion } from '../dist/cli/manual/completions.js';
import { manPage } from '../dist/cli/manual/man-page.js';
import { NEW_FILE } from '../dist/config/add-hub.js';
import { MAINTAINER, nfpmConfig } from './nfpm-config.mjs';
import { RUNTIME } from './runtime.mjs';
import { stripElf } from './strip-elf.mjs';

const here = import.meta.dirname;
const ROOT = join(here, '../..');
const BIGGEST_PROGRAM = 512 * 2 ** 20;

const WRAPPER = `#!/bin/sh
exec /usr/lib/tocsin-agent/${RUNTIME.program} ${RUNTIME.flags.join(' ')} /usr/lib/tocsin-agent/dist/main.js "$@"
`;

/**
 * Lays out what goes into the packages of one architecture, and what nfpm has to know.
 *
 * @param {import('./nfpm-config.mjs').Build & { runtime: string }} build `runtime` is the archive to take it from
 * @returns {(packager: 'deb' | 'rpm') => string} writes nfpm's configuration and gives its path
 */
export function stage({ version, arch, runtime, folder, time, quick }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (name, content, mode = 0o644) => writeFileSync(join(folder, name), content, { mode });

  const fromRuntime = (path) => execFileSync('tar', ['-xzOf', runtime, path], { maxBuffer: BIGGEST_PROGRAM });
  write(RUNTIME.program, stripElf(fromRuntime(RUNTIME.binary)), 0o755);
  write('tocsin-agent', WRAPPER, 0o755);

  execFileSync('tar', ['-xzf', join(ROOT, 'agent/dist/agent.tgz'), '-C', folder, '--strip-components=1']);
  // The wrapper starts it; its first line would ask for a Node.js of the host.
  const program = readFileSync(join(folder, 'dist/main.js'), 'utf8');
  write('dist/main.js', program.replace(/^#!.*\n/, ''));
  const { name, type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  write('package.json', `${JSON.stringify({ name, version, type })}\n`);

  write('tocsin-agent.8.gz', packed(manPage(version, time.toISOString().slice(0, 10))));
  write('completion.bash', bashCompletion());
  write('completion.zsh', zshCompletion());
  write('completion.fish', fishCompletion());

  write('agent.yaml', NEW_FILE);
  write('LICENSE', readFileSync(join(ROOT, 'LICENSE')));
  write('copyright', copyright());
  write('changelog.gz', packed(debianChangelog(version, time)));
  write('changelog.yaml', JSON.stringify(rpmChangelog(version, time)));
  const bundled = readFileSync(join(folder, 'third-party-licenses.txt'), 'utf8');
  const license = `${RUNTIME.name} ${RUNTIME.version}\n\n${fromRuntime(RUNTIME.license)}`;
  write('third-party-licenses.gz', packed(`${bundled}\n\n${license}`));

  for (const name of readdirSync(join(here, 'scripts')).filter((entry) => entry.endsWith('.sh')))
    write(name, wholeScript(name));
  const bundle = readdirSync(join(folder, 'dist')).sort();
  return (packager) => {
    const config = join(folder, `${packager}.json`);
    writeFileSync(
      config,
      JSON.stringify(nfpmConfig({ packager, version, arch, folder, bundle, time, quick })),
    );
    return config;
  };
}

/** Without name and time in its header, so that the same text gives the same bytes. */
const packed = (text) => gzipSync(text, { level: 9 });

/** A maintainer script with the functions that it calls. */
function wholeScript(name) {
  const read = (path) => readFileSync(join(here, 'scripts', path), 'utf8');
  const script = read(name);
  const called = readdirSync(join(here, 'scripts/shared')).filter((file) =>
    script.includes(file.slice(0, -3)),
  );
  return ['#!/bin/sh\nset -e\n', ...called.sort().map((file) => read(join('shared', file))), script].join(
    '\n',
  );
}

function copyright() {
  const license = readFileSync(join(ROOT, 'LICENSE'), 'utf8').trimEnd();
  const indented = license.replace(/^/gm, ' ').replace(/^ $/gm, ' .');
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Tocsin
Comment: Libraries in the bundle and ${RUNTIME.name}, which runs it, have licenses of their own: see
 third-party-licenses.gz beside this file.

Files: *
Copyright: 2026 The Tocsin authors
License: Expat

License: Expat
${indented}
`;
}

/** The points of the newest section of CHANGELOG.md. */
function newestChanges() {
  const [, newest = ''] = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8').split(/^## .*$/m);
  const points = newest.split(/^- /m).slice(1);
  return points.map((point) => point.replace(/^#.*$/gm, '').replace(/\s+/g, ' ').trim());
}

/** In Debian's format. */
function debianChangelog(version, time) {
  const points = newestChanges().map(
    (point) => `  * ${point.replace(/(.{1,72})( |$)/g, '$1\n    ').trimEnd()}`,
  );
  const date = time.toUTCString().replace('GMT', '+0000');
  return `tocsin-agent (${version}) stable; urgency=medium\n\n${points.join('\n')}\n\n -- ${MAINTAINER}  ${date}\n`;
}

/** In the format that nfpm turns into the tags of an .rpm; its release is always 1. */
const rpmChangelog = (version, time) => [
  {
    ...{ semver: `${version}-1`, date: time.toISOString(), packager: MAINTAINER },
    changes: newestChanges().map((note) => ({ note })),
  },
];
