import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { giveUp, step } from './terminal.mjs';
import { run } from './run.mjs';

export const runnable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where the PATH has a program; undefined when it has not. */
export const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(runnable);

/** Installs Debian packages where this user may; the caller looks whether it helped. */
export async function aptInstall(...packages) {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return;
  step(`Installing ${packages.join(', ')} (apt-get)`);
  const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], quiet);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
}

/** Programs beside the browser that tests run, and the Debian packages that bring them. */
const TEST_PROGRAMS = {
  'dbus-daemon': 'dbus-daemon',
  curl: 'curl',
  faketime: 'faketime',
  python3: 'python3',
  tar: 'tar',
};

/** Makes sure that the tests find what they run. */
export async function testPrograms() {
  const missing = () => Object.keys(TEST_PROGRAMS).filter((name) => !onPath(name));
  if (missing().length > 0) await aptInstall(...missing().map((name) => TEST_PROGRAMS[name]));
  if (missing().length > 0) {
    giveUp(
      `The tests need ${missing().join(', ')}, which could not be found or installed.`,
      `Install them, for instance: sudo apt install ${missing()
        .map((name) => TEST_PROGRAMS[name])
        .join(' ')}`,
    );
  }
}
