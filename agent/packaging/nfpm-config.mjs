import { join } from 'node:path';
import { RUNTIME } from './runtime.mjs';

const here = import.meta.dirname;
const HOME = '/usr/lib/tocsin-agent';
const DOC = '/usr/share/doc/tocsin-agent';
const MANUAL = '/usr/share/man/man8/tocsin-agent.8.gz';
const LICENSES = '/usr/share/licenses/tocsin-agent';

const RPM_FOLDERS = [
  ...['/usr/share/zsh', '/usr/share/zsh/site-functions'],
  ...['/usr/share/fish', '/usr/share/fish/vendor_completions.d', '/usr/share/licenses'],
];

const SUMMARY = 'Agent that reports this host to a Tocsin hub';
const DESCRIPTION = `${SUMMARY}
 It reads processor, memory, disks, network, systemd services and failed logins
 once a second and reports them to a hub over one connection that it opens
 itself. It listens on no port and runs as a user without privileges.
 .
 The JavaScript runtime that it needs is inside.`;

/** Who a package is from. */
export const MAINTAINER = 'The Tocsin authors <tocsin@users.noreply.github.com>';

const file = (dst, src, mode = 0o644) => ({ src, dst, file_info: { mode } });
const folder = (dst) => ({ dst, type: 'dir', file_info: { mode: 0o755 } });

/**
 * @typedef {object} Build
 * @property {string} version
 * @property {'amd64' | 'arm64'} arch
 * @property {string} folder what was made for the packages of this architecture
 * @property {Date} time stands for every time within the packages
 * @property {boolean} quick packages may be large
 */

/**
 * What nfpm is told.
 *
 * @param {Build & { packager: 'deb' | 'rpm', bundle: string[] }} build `bundle` names the files of `dist`
 */
export function nfpmConfig({ packager, version, arch, folder: stage, bundle, time, quick }) {
  const made = (name) => join(stage, name);
  const kept = (name) => join(here, 'root', name);
  return {
    ...{ name: 'tocsin-agent', arch, version, maintainer: MAINTAINER, mtime: time.toISOString() },
    ...(packager === 'deb' ? debian() : redHat()),
  };

  function everywhere() {
    return [
      folder(HOME),
      file(`${HOME}/${RUNTIME.program}`, made(RUNTIME.program), 0o755),
      file(`${HOME}/package.json`, made('package.json')),
      folder(`${HOME}/dist`),
      ...bundle.map((name) => file(`${HOME}/dist/${name}`, made(`dist/${name}`))),
      file('/usr/bin/tocsin-agent', made('tocsin-agent'), 0o755),
      folder('/etc/tocsin'),
      { ...file('/etc/tocsin/agent.yaml', made('agent.yaml')), type: 'config|noreplace' },
      file('/usr/share/bash-completion/completions/tocsin-agent', made('completion.bash')),
      file('/usr/share/fish/vendor_completions.d/tocsin-agent.fish', made('completion.fish')),
    ];
  }

  function debian() {
    return {
      ...{ description: DESCRIPTION, section: 'admin', priority: 'optional' },
      depends: [...RUNTIME.depends.deb, 'init-system-helpers (>= 1.52)', 'passwd'],
      contents: [
        ...everywhere(),
        file('/lib/systemd/system/tocsin-agent.service', kept('tocsin-agent.service')),
        file(MANUAL, made('tocsin-agent.8.gz')),
        file('/usr/share/zsh/vendor-completions/_tocsin-agent', made('completion.zsh')),
        folder(DOC),
        file(`${DOC}/copyright`, made('copyright')),
        file(`${DOC}/changelog.gz`, made('changelog.gz')),
        file(`${DOC}/third-party-licenses.gz`, made('third-party-licenses.gz')),
        file('/usr/share/lintian/overrides/tocsin-agent', kept('lintian-overrides')),
      ],
      scripts: {
        ...{ postinstall: made('deb-postinst.sh'), preremove: made('deb-prerm.sh') },
        postremove: made('deb-postrm.sh'),
      },
      // What dpkg of every age can read.
      deb: { compression: quick ? 'gzip' : 'xz' },
    };
  }

  function redHat() {
    return {
      ...{ description: DESCRIPTION.replace(/^.*\n/, '').replace(/^ \.?/gm, ''), license: 'MIT' },
      changelog: made('changelog.yaml'),
      depends: [...RUNTIME.depends.rpm, '/usr/sbin/useradd', '/usr/bin/getent'],
      contents: [
        ...everywhere(),
        file('/usr/lib/systemd/system/tocsin-agent.service', kept('tocsin-agent.service')),
        { ...file(MANUAL, made('tocsin-agent.8.gz')), type: 'doc' },
        file('/usr/share/zsh/site-functions/_tocsin-agent', made('completion.zsh')),
        // Folders that a host without these programs does not have would else stay behind.
        ...RPM_FOLDERS.map(folder),
        folder(LICENSES),
        { ...file(`${LICENSES}/LICENSE`, made('LICENSE')), type: 'license' },
        { ...file(`${LICENSES}/third-party-licenses.gz`, made('third-party-licenses.gz')), type: 'license' },
      ],
      scripts: {
        ...{ preinstall: made('rpm-pre.sh'), postinstall: made('rpm-post.sh') },
        ...{ preremove: made('rpm-preun.sh'), postremove: made('rpm-postun.sh') },
      },
      rpm: {
        ...{ summary: SUMMARY, group: 'System Environment/Daemons', buildhost: 'tocsin' },
        // Known to rpm of every distribution that the runtime runs on.
        compression: quick ? 'zstd:fastest' : 'zstd:best',
        scripts: { posttrans: made('rpm-posttrans.sh') },
      },
    };
  }
}
