import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enrol as enrolByHand } from '../src/cli/enrol.js';
import { readSettings } from '../src/config/read-config.js';
import { fromArguments } from '../src/config/sources.js';
import { SelfEnrolment } from '../src/control/self-enrolment.js';
import { Backoff } from '../src/transport/backoff.js';
import { enrol, EnrolError } from '../src/transport/enrol.js';
import { memoryLog } from './test-agent.js';
import { TestHub } from './test-hub.js';

let hub: TestHub;
let folder: string;
const told: string[] = [];
beforeEach(async () => {
  hub = await TestHub.start();
  folder = mkdtempSync(join(tmpdir(), 'tocsin-enrol-'));
  told.length = 0;
  for (const kind of ['log', 'error'] as const)
    vi.spyOn(console, kind).mockImplementation((line: string) => void told.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await hub.kill();
  rmSync(folder, { recursive: true });
});

const request = { token: 'toce_a', name: 'web-1' };
const keyPath = () => join(folder, 'etc/key');
const configPath = () => join(folder, 'etc/agent.yaml');
const read = (path: string) => readFileSync(path, 'utf8');

describe('POST /api/v1/enrol', () => {
  it('exchanges a token and a name for a key', async () => {
    expect(await enrol(hub.url, request)).toEqual({ hostId: '0'.repeat(24), name: 'web-1', key: 'toc_of_1' });
    expect(hub.enrolments).toEqual([request]);
    expect(hub.faults).toEqual([]);
  });

  it.each<[number, unknown, string, boolean]>([
    [403, { code: 'expired_token', message: 'The token has expired.' }, 'The token has expired.', true],
    [
      400,
      { code: 'invalid', message: 'The name is too long.', field: '/name' },
      'The name is too long.',
      true,
    ],
    [409, { code: 'conflict', message: 'There are as many hosts as may be.' }, 'as many hosts', false],
    [429, { code: 'too_many_requests', message: 'Too many attempts.' }, 'Too many attempts.', false],
    [503, { code: 'unavailable', message: 'The database does not answer.' }, 'does not answer', false],
    [404, { code: 'not_found', message: 'Cannot POST /api/v1/enrol' }, 'too old to enrol hosts', true],
    [404, '<html>', 'answers 404, but it is not a hub', false],
    [200, 'hello', 'answers 200, but it is not a hub', false],
    [200, { key: 7 }, 'not a hub', false],
    [200, 'null', 'not a hub', false],
    [200, 'x'.repeat(100_000), 'answers more than a hub would', false],
  ])('answered with %d %j says so in plain words', async (status, body, words, lasting) => {
    hub.enrolAnswer = { status, body };
    const error = await enrol(hub.url, request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EnrolError);
    expect((error as EnrolError).message).toContain(words);
    expect((error as EnrolError).lasting).toBe(lasting);
  });

  it('that leads on to another address names it', async () => {
    hub.enrolAnswer = { status: 308, body: '', headers: { Location: 'https://hub.example/api/v1/enrol' } };
    await expect(enrol(hub.url, request)).rejects.toThrow('leads on to https://hub.example');
  });

  it.each([
    ['http://127.0.0.1:1', 'nothing listens there'],
    ['http://no-such-host.invalid', /name/],
  ])('at %s says what is wrong', async (url, words) => {
    await expect(enrol(url, request)).rejects.toThrow(words);
  });

  it('says that a hub without TLS was asked with it', async () => {
    await expect(enrol(hub.url.replace('http:', 'https:'), request)).rejects.toThrow(/does not speak TLS/);
  });
});

describe('tocsin-agent enrol', () => {
  const places = () => ({ configFile: configPath(), keyFile: keyPath() });
  const given = async (...flags: string[]) =>
    readSettings(
      fromArguments(['enrol', '--token', 'toce_a', '--hub', hub.url, ...flags]),
      {},
      undefined,
      places(),
    );
  const run = async (...flags: string[]) =>
    enrolByHand(await given(...flags), flags.includes('--force'), places());

  it('stores the key for its owner alone and the address of the hub in a new file, and says both', async () => {
    expect(await run('--name', 'Web 1')).toBe(true);
    expect(hub.enrolments).toEqual([{ token: 'toce_a', name: 'Web 1' }]);
    expect(read(keyPath())).toBe('toc_of_1\n');
    expect(statSync(keyPath()).mode & 0o777).toBe(0o600);
    expect(read(configPath())).toContain(`\nhub: ${hub.url}\n`);
    expect(statSync(configPath()).mode & 0o777).toBe(0o644);
    expect(readdirSync(join(folder, 'etc')).sort()).toEqual(['agent.yaml', 'key']);
    expect(told).toEqual([
      `This host is web-1 in the hub at ${hub.url}. Its key is in ${keyPath()}.`,
      `The hub's address is in ${configPath()}.`,
    ]);
    expect(told.join()).not.toContain('toc_of_1');
  });

  it('calls the host by its own name unless it is told another', async () => {
    await run();
    expect(hub.enrolments[0]?.name).toMatch(/\S/);
  });

  it('leaves a file that names the hub as it is', async () => {
    await run();
    const text = `# mine\nhub: ${hub.url}\n`;
    writeFileSync(configPath(), text);
    await run('--force');
    expect(read(configPath())).toBe(text);
    expect(read(keyPath())).toBe('toc_of_2\n');
  });

  it('replaces neither a key nor the address of another hub unless it is forced, and spends no token on it', async () => {
    await run();
    await expect(run()).rejects.toThrow(`${keyPath()} holds a key already; --force`);
    rmSync(keyPath());
    writeFileSync(configPath(), '# mine\nhub: https://other.example\n');
    await expect(run()).rejects.toThrow(/agent\.yaml:2: hub is another one/);
    expect(hub.enrolments).toHaveLength(1);
    expect(await run('--force')).toBe(true);
    expect(read(configPath())).toBe(`# mine\nhub: ${hub.url}\n`);
  });

  it('asks for nothing where no key could be stored', async () => {
    await expect(run('--key-file', '/proc/key')).rejects.toThrow('no key can be stored in /proc/key');
    expect(hub.enrolments).toEqual([]);
  });

  it('leaves nothing behind where the hub does not take the host', async () => {
    hub.enrolAnswer = { status: 403, body: { code: 'used_up_token', message: 'It is used up.' } };
    expect(await run()).toBe(false);
    expect(told).toEqual(['Not enrolled: the hub does not take this host: It is used up.']);
    expect(readdirSync(join(folder, 'etc'))).toEqual([]);
  });

  it('keeps the key where the address cannot be written, and says what to do', async () => {
    const blocked = { configFile: '/proc/agent.yaml', keyFile: keyPath() };
    expect(
      await enrolByHand(
        { ...(await given()), file: { path: '/proc/agent.yaml', given: {} } },
        false,
        blocked,
      ),
    ).toBe(true);
    expect(read(keyPath())).toBe('toc_of_1\n');
    expect(told.join('\n')).toContain(`Put it into /proc/agent.yaml yourself: hub: ${hub.url}`);
  });

  it('takes the token from a file, where no other user of the host can see it', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'toce_from_file\n');
    const flags = fromArguments(['enrol', '--token-file', tokenFile, '--hub', hub.url]);
    await enrolByHand(await readSettings(flags, {}, undefined, places()), false, places());
    expect(hub.enrolments[0]?.token).toBe('toce_from_file');
  });
});

describe('an agent with a token', () => {
  const start = (keyFile = join(folder, 'state/key')) => {
    const { log, lines } = memoryLog();
    const enrolment = { hub: hub.url, token: 'toce_a', name: 'web-1', keyFile };
    const soon = Object.assign(new Backoff(), { next: () => 10 });
    return { enrolment: new SelfEnrolment(enrolment, log, soon), lines };
  };

  it('has its own key, stored for itself alone, once the hub takes it', async () => {
    hub.enrolAnswer = { status: 503, body: { code: 'unavailable', message: 'Not now.' } };
    const { enrolment, lines } = start();
    const key = enrolment.run();
    await vi.waitFor(() => expect(hub.enrolments.length).toBeGreaterThan(2));
    expect(enrolment.trouble).toContain('Not now.');
    hub.enrolAnswer = undefined;
    expect(await key).toMatch(/^toc_of_/);
    expect(read(join(folder, 'state/key'))).toBe(`${await key}\n`);
    expect(lines.map((line) => line.replace(/ in .*/, ''))).toEqual([
      'warn: not enrolled: the hub does not take this host: Not now.; trying again',
      'info: enrolled as web-1; the key is',
    ]);
  });

  it('spends no token while it could not keep the key', async () => {
    writeFileSync(join(folder, 'state'), 'not a folder');
    const { enrolment } = start();
    const key = enrolment.run();
    await vi.waitFor(() => expect(enrolment.trouble).toContain('no key can be stored'));
    expect(hub.enrolments).toEqual([]);
    rmSync(join(folder, 'state'));
    expect(await key).toBe('toc_of_1');
  });
});

describe('a token that lasts for no one', () => {
  it('is not tried again for minutes', async () => {
    const waits: number[] = [];
    const backoff = Object.assign(new Backoff(), { next: (least: number) => (waits.push(least), 1) });
    hub.enrolAnswer = { status: 403, body: { code: 'revoked_token', message: 'It was revoked.' } };
    const enrolment = { hub: hub.url, token: 'a', name: 'b', keyFile: join(folder, 'key') };
    const key = new SelfEnrolment(enrolment, memoryLog().log, backoff).run();
    await vi.waitFor(() => expect(waits.length).toBeGreaterThan(0));
    hub.enrolAnswer = undefined;
    await key;
    expect(waits[0]).toBe(5 * 60_000);
    chmodSync(folder, 0o700);
  });
});
