import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDuration } from './duration.js';
import { nearest } from './nearest.js';
import { flagOf, OPTIONS, SETTING_NAMES, variableOf } from './options.js';
import { credentialsOf, readConfig } from './read-config.js';
import { fromArguments } from './sources.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** Reads as the agent does, from a file with this text, this environment and these flags. */
const read = (yaml: string, env: NodeJS.ProcessEnv = {}, ...flags: string[]) =>
  readConfig(fromArguments(['--config', write('agent.yaml', yaml), ...flags]), env);

/** One value of each setting in the three ways to give it. */
const EXAMPLES: Record<string, { yaml: string; text: string; value: unknown }> = {
  hub: { yaml: 'https://hub.example/', text: 'https://hub.example', value: 'https://hub.example' },
  key: { yaml: 'toc_abc', text: 'toc_abc', value: 'toc_abc' },
  token: { yaml: 'toc_enrol_a', text: 'toc_enrol_a', value: 'toc_enrol_a' },
  name: { yaml: 'Web 1', text: 'Web 1', value: 'Web 1' },
  interval: { yaml: '500ms', text: '500ms', value: 500 },
  services: { yaml: '[nginx, "app-*"]', text: 'nginx, app-*', value: ['nginx', 'app-*'] },
  includeDisks: { yaml: '[/tmp]', text: '/tmp', value: ['/tmp'] },
  excludeDisks: { yaml: '["/mnt/*"]', text: '/mnt/*', value: ['/mnt/*'] },
  includeInterfaces: { yaml: '[docker0]', text: 'docker0', value: ['docker0'] },
  excludeInterfaces: { yaml: '["wg*", tun0]', text: 'wg*,tun0', value: ['wg*', 'tun0'] },
  ssh: { yaml: 'false', text: 'false', value: false },
  dockerSocket: { yaml: '/a/b.sock', text: '/a/b.sock', value: '/a/b.sock' },
  hostRoot: { yaml: '/host', text: '/host', value: '/host' },
  stateDir: { yaml: '/srv/state', text: '/srv/state', value: '/srv/state' },
  bufferMegabytes: { yaml: '16', text: '16', value: 16 },
  logLevel: { yaml: 'debug', text: 'debug', value: 'debug' },
  simulate: { yaml: 'true', text: 'true', value: true },
};

describe('every setting', () => {
  const names = SETTING_NAMES.filter((name) => name !== 'keyFile' && name !== 'tokenFile');

  it.each(names)('%s can be given by file, environment and flag', async (name) => {
    const { yaml, text, value } = EXAMPLES[name]!;
    const of = async (reading: ReturnType<typeof read>) => (await reading).settings[name];
    expect(await of(read(`${name}: ${yaml}`))).toEqual(value);
    expect(await of(read('', { [variableOf(name)]: text }))).toEqual(value);
    expect(await of(read('', {}, `${flagOf(name)}=${text}`))).toEqual(value);
  });

  it('has a default or may be left out', async () => {
    const { settings, warnings } = await read('# nothing but a comment\n');
    expect(settings).toMatchObject({ interval: 1000, services: [], logLevel: 'info', simulate: false });
    expect(settings.hub).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('takes the folder that systemd made for its state, unless another one is named', async () => {
    const stateDir = async (yaml: string, env: NodeJS.ProcessEnv) =>
      (await read(yaml, env)).settings.stateDir;
    expect(await stateDir('', {})).toBeUndefined();
    expect(await stateDir('', { STATE_DIRECTORY: '/var/lib/a:/var/lib/b' })).toBe('/var/lib/a');
    expect(await stateDir('stateDir: /srv/state', { STATE_DIRECTORY: '/var/lib/a' })).toBe('/srv/state');
    await expect(read('stateDir: state')).rejects.toThrow(/:1: stateDir should be a folder like \//);
  });

  it("takes Docker's own variable for its socket, unless another one is named", async () => {
    const socket = async (yaml: string, DOCKER_HOST: string) =>
      (await read(yaml, { DOCKER_HOST })).settings.dockerSocket;
    expect(await socket('', 'unix:///run/docker.sock')).toBe('unix:///run/docker.sock');
    expect(await socket('', 'ssh://me@elsewhere')).toBeUndefined();
    expect(await socket('dockerSocket: none', 'unix:///run/docker.sock')).toBe('none');
    await expect(read('dockerSocket: docker.sock')).rejects.toThrow(/dockerSocket should be a path like/);
  });

  it('is taken from the flag before the environment before the file', async () => {
    const env = { TOCSIN_INTERVAL: '2s', TOCSIN_LOG_LEVEL: 'warn' };
    const { settings } = await read('interval: 1s\nlogLevel: error\nservices: [a]', env, '--interval', '3s');
    expect(settings).toMatchObject({ interval: 3000, logLevel: 'warn', services: ['a'] });
  });

  it('is not set by an empty variable', async () => {
    expect((await read('interval: 2s', { TOCSIN_INTERVAL: '' })).settings.interval).toBe(2000);
  });
});

describe('a mistake in the file', () => {
  it.each([
    ['interval: 1s\nhub: ftp://x', /agent\.yaml:2: hub should be an address/],
    ['hub: https://me:secret@x', /:1: hub should be an address without user/],
    ['interval: 1', /:1: interval should be a time with its unit/],
    ['interval: 1ms', /:1: interval should be from 50ms to 1h/],
    ['\n\nintervall: 1s', /:3: intervall is not known; did you mean interval\?/],
    ['services: nginx; rm', /:1: services should name systemd units; nginx; rm is none/],
    ['excludeDisks: [1]', /:1: excludeDisks should be a text/],
    ['excludeDisks: {a: 1}', /:1: excludeDisks should be a list/],
    ['bufferMegabytes: lots', /:1: bufferMegabytes should be a number/],
    ['logLevel: loud', /:1: logLevel should be one of error, warn/],
    ['simulate: maybe', /:1: simulate should be true or false/],
    ['hub:', /:1: hub should be a text/],
    ['- hub', /:1: should be a list of "name: value"/],
    ['hub: [a', /:1: /],
    ['hub: https://a\nhub: https://b', /:2: Map keys must be unique/],
    ['name: "a\\u0007"', /:1: name should be a name of/],
    ['key: a\nkeyFile: b', /:2: keyFile: give the key or its file, not both/],
  ])('%j is named by file and line', async (yaml, message) => {
    await expect(read(yaml)).rejects.toThrow(message);
  });

  it('is a file that was asked for and is not there', async () => {
    await expect(readConfig(fromArguments(['--config', '/no/such.yaml']), {})).rejects.toThrow(
      '/no/such.yaml',
    );
    await expect(readConfig(fromArguments([]), { TOCSIN_CONFIG: '/no/such.yaml' })).rejects.toThrow(
      'such.yaml',
    );
  });
});

describe('a mistake elsewhere', () => {
  it('names the variable', async () => {
    await expect(read('', { TOCSIN_HUB: 'nonsense' })).rejects.toThrow(/^TOCSIN_HUB should be an address/);
  });

  it('names the flag', async () => {
    await expect(read('', {}, '--interval', 'soon')).rejects.toThrow(/^--interval should be a time/);
    expect(() => fromArguments(['--intreval', '1s'])).toThrow('did you mean --interval?');
    expect(() => fromArguments(['--hub'])).toThrow('--hub needs a value');
    expect(() => fromArguments(['stray'])).toThrow('stray is not known');
    expect(() => fromArguments(['chekc'])).toThrow('chekc is not known; did you mean check?');
  });

  it('never shows a key that is wrong', async () => {
    await expect(read('key: "toc_secret with spaces"')).rejects.toThrow(/^(?!.*toc_secret)/);
  });
});

describe('the key', () => {
  it('may stand in a file of its own', async () => {
    const { settings, warnings } = await read(`keyFile: ${write('key', 'toc_abc\n')}`);
    expect(settings.key).toBe('toc_abc');
    expect(warnings).toEqual([]);
  });

  it('is warned about where everybody can read it', async () => {
    const { warnings } = await read(`keyFile: ${write('key', 'toc_abc', 0o644)}`);
    expect(warnings).toEqual([expect.stringContaining('chmod 600')]);
    const open = await readConfig(fromArguments(['--config', write('open.yaml', 'key: toc_a', 0o644)]), {});
    expect(open.warnings).toHaveLength(1);
  });

  it('of a stronger source replaces the file of a weaker one, and the reverse', async () => {
    const weaker = `keyFile: ${write('key', 'toc_file')}`;
    expect((await read(weaker, { TOCSIN_KEY: 'toc_env' })).settings.key).toBe('toc_env');
    const flag = ['--key-file', write('key2', 'toc_flag')];
    expect((await read('key: toc_yaml', {}, ...flag)).settings.key).toBe('toc_flag');
  });

  it('says which file cannot be read or holds none', async () => {
    await expect(read('', {}, '--key-file', '/no/key')).rejects.toThrow('--key-file: the key cannot be read');
    await expect(read(`keyFile: ${write('empty', '')}`)).rejects.toThrow(join(folder, 'empty'));
  });

  it('and the hub are asked for when they are missing', async () => {
    const needed = async (...flags: string[]) => credentialsOf(await read('', {}, ...flags));
    await expect(needed()).rejects.toThrow('--hub, TOCSIN_HUB');
    await expect(needed('--hub', 'http://x')).rejects.toThrow('--key-file, TOCSIN_KEY_FILE');
    expect(await needed('--hub', 'http://x', '--key', 'k')).toEqual({ hub: 'http://x', key: 'k' });
  });

  it('is looked for where an installed agent has it, then where one keeps it that enrolled itself', async () => {
    const places = { configFile: join(folder, 'none.yaml'), keyFile: join(folder, 'key') };
    const found = async (...flags: string[]) =>
      (await readConfig(fromArguments(['--state-dir', folder, ...flags]), {}, undefined, places)).settings
        .key;
    expect(await found()).toBeUndefined();
    write('state/key', 'toc_enrolled');
    expect(await found('--state-dir', join(folder, 'state'))).toBe('toc_enrolled');
    write('key', 'toc_installed');
    expect(await found('--state-dir', join(folder, 'state'))).toBe('toc_installed');
    expect(await found('--key', 'toc_given')).toBe('toc_given');
  });

  it('that another user owns is named when it is needed, and only then', async () => {
    const locked = { settings: (await read('')).settings, lockedKey: '/etc/tocsin/key' };
    const settings = { ...locked.settings, hub: 'http://x' };
    expect(() => credentialsOf({ ...locked, settings })).toThrow('may not read the key in /etc/tocsin/key');
  });
});

describe('the token', () => {
  it('may stand in a file of its own, which is left alone where there is a key already', async () => {
    const file = write('token', 'toc_enrol_abc\n');
    expect((await read(`tokenFile: ${file}`)).settings.token).toBe('toc_enrol_abc');
    expect((await read('key: toc_a\ntokenFile: /no/such')).settings.token).toBeUndefined();
    await expect(read('tokenFile: /no/such')).rejects.toThrow('tokenFile: the token cannot be read');
    await expect(read('token: a\ntokenFile: b')).rejects.toThrow('give the token or its file, not both');
  });
});

describe('what the hub may not change', () => {
  it('is what was given on the host, wherever', async () => {
    const { fixed } = await read('services: []', { TOCSIN_INTERVAL: '5s' }, '--exclude-disks', '/a');
    expect(fixed).toEqual(['interval', 'services', 'excludeDisks']);
    expect((await read('hub: http://x')).fixed).toEqual([]);
  });
});

describe('fromArguments', () => {
  it('knows what to do instead of running', () => {
    expect(fromArguments([]).command).toBe('run');
    expect(fromArguments(['--hub', 'check', 'print']).command).toBe('print');
    expect(() => fromArguments(['check', 'print'])).toThrow('check and print: one at a time');
    expect(fromArguments(['enrol', '--help']).command).toBe('help');
    expect(() => fromArguments(['check', '--force'])).toThrow('--force is for enrol');
    expect(fromArguments(['status', '--json']).switches).toEqual(new Set(['json']));
  });

  it('still knows the commands that were flags', () => {
    expect(fromArguments(['--print', '--simulate'])).toMatchObject({
      command: 'print',
      given: { simulate: { value: true } },
    });
  });

  it('takes an address with = in it whole', () => {
    expect(fromArguments(['--hub=http://x/?a=b']).given.hub?.value).toBe('http://x/?a=b');
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['1s', 1000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['1', undefined],
    ['-1s', undefined],
    ['1d', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('nearest', () => {
  it.each([
    ['intervall', 'interval'],
    ['exclude_disks', 'excludeDisks'],
    ['hbu', 'hub'],
    ['colour', undefined],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, Object.keys(OPTIONS))).toBe(meant);
  });
});
