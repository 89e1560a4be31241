import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { startQuiet } from '../../../test/quiet.js';
import { AccessTokens } from '../../auth/access-tokens.js';
import { UsersService } from '../../users/users.service.js';
import { RulesError } from './rules-error.js';
import { runRules } from './run-rules.js';

let world: Awaited<ReturnType<typeof startQuiet>>;
let folder: string;
let file: string;
beforeAll(async () => {
  world = await startQuiet();
  await world.host('web-1');
  folder = await mkdtemp(join(tmpdir(), 'tocsin-rules-'));
  file = join(folder, 'rules.yaml');
  const owner = { email: 'ada@example.org', name: 'Ada', role: 'owner', passwordHash: '-' } as const;
  const { id } = await world.service(UsersService).create({ tenantId: world.tenantId, ...owner });
  vi.stubEnv('TOCSIN_URL', world.url);
  vi.stubEnv('TOCSIN_TOKEN', world.service(AccessTokens).sign({ id }).token);
});
afterEach(() => void vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.stop();
  await rm(folder, { recursive: true });
});

/** What it ends with, and what it prints. */
async function run(asked: Parameters<typeof runRules>[0]): Promise<[number, string]> {
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    return [await runRules(asked), printed];
  } finally {
    write.mockRestore();
  }
}
const diff = (prune = false) => run({ action: 'diff', file, prune });
const apply = (prune = false) => run({ action: 'apply', file, prune });
const edit = async (change: (text: string) => string) =>
  writeFile(file, change(await readFile(file, 'utf8')));

it('leads from the hub into a file and back', async () => {
  const [code, text] = await run({ action: 'export', to: undefined });
  expect([code, text]).toEqual([0, expect.stringMatching(/^# Rules of Tocsin/)]);
  await run({ action: 'export', to: file });
  expect(await readFile(file, 'utf8')).toBe(text);
  expect(await diff(true)).toEqual([0, expect.stringMatching(/^\d+ are as before\n$/)]);

  await edit((before) => before.replace('name: Host lost', 'name: Somebody is gone'));
  const told = expect.stringContaining('~ host-lost\n    name: "Host lost" → "Somebody is gone"\n') as string;
  expect(await diff()).toEqual([2, told]);
  expect(await diff()).toEqual([2, told]);
  expect(await apply()).toEqual([0, told]);
  expect(await diff()).toEqual([0, expect.stringMatching(/^\d+ are as before\n$/)]);
});

it.each([
  ['rules: [', /is no YAML/],
  ['rules:\n  - key: Not A Key\n', /rules\.yaml: \/rules\/0/],
  ['a: &a [x, x]\nrules: *a\n', /is no YAML: .*alias/i],
  ['rules:\n  - {key: cpu, colour: red}\n', /in rule cpu/],
])('refuses %j', async (text, message) => {
  await writeFile(file, text);
  await expect(apply()).rejects.toThrow(RulesError);
  await expect(apply()).rejects.toThrow(message);
});

it('says what to set when nobody is named, and when there is no hub', async () => {
  await run({ action: 'export', to: file });
  vi.stubEnv('TOCSIN_TOKEN', undefined);
  await expect(apply()).rejects.toThrow('TOCSIN_EMAIL');
  vi.stubEnv('TOCSIN_TOKEN', 'stale');
  await expect(apply()).rejects.toThrow('Please sign in.');
  vi.stubEnv('TOCSIN_URL', 'http://127.0.0.1:9');
  await expect(apply()).rejects.toThrow('TOCSIN_URL says where the hub is');
});
