import { type LiveError, type ProcessList } from '@tocsin/shared';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/database.js';
import { processList, startIngest, TestAgent } from '../../test/ingest.js';
import { TestBrowser } from '../../test/live.js';

type Answer = (list: ProcessList) => void;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let hub: Awaited<ReturnType<typeof startIngest>>;
const open: { close(): void }[] = [];
let names = 0;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startIngest(database.uri);
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
afterAll(async () => {
  await hub?.stop();
  await database?.drop();
});

/** An agent and how often it was asked; it answers as told, or never. */
async function newAgent(onAsked?: (answer: Answer) => void) {
  const { host, key } = await hub.host(`asked-${(names += 1)}`);
  const agent = await TestAgent.connected(hub.url, key);
  open.push(agent);
  const asked: Answer[] = [];
  agent.socket.on('processes', (answer) => {
    asked.push(answer);
    onAsked?.(answer);
  });
  return { host, agent, asked };
}
async function browse(tenantId?: string) {
  const browser = await TestBrowser.connected(hub.url, await hub.viewer(tenantId));
  open.push(browser);
  return browser;
}
const ask = (browser: TestBrowser, hostId: string): Promise<ProcessList | LiveError> =>
  browser.socket.emitWithAck('processes', { hostId });

describe('the processes of a host', () => {
  it('are told by its agent to whoever asks', async () => {
    const list = processList();
    const { host } = await newAgent((answer) => answer(list));
    expect(await ask(await browse(), host.id)).toEqual(list);
  });

  it('are asked of the agent once for all who ask at the same time, and not again within a second', async () => {
    const { host, asked } = await newAgent((answer) => answer(processList()));
    const browsers = await Promise.all(Array.from({ length: 5 }, () => browse()));
    const answers = await Promise.all(browsers.map((browser) => ask(browser, host.id)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await ask(browsers[0]!, host.id);
    expect(asked).toHaveLength(1);
  });

  it('are asked anew for each host', async () => {
    const one = await newAgent((answer) => answer(processList('one')));
    const other = await newAgent((answer) => answer(processList('other')));
    const browser = await browse();
    expect(await ask(browser, one.host.id)).toMatchObject({ byCpu: [{ name: 'one' }] });
    expect(await ask(browser, other.host.id)).toMatchObject({ byCpu: [{ name: 'other' }] });
  });

  it('are not to be had while the agent is away', async () => {
    const { host } = await hub.host('away');
    const answer = await ask(await browse(), host.id);
    expect(answer).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('not connected') },
    });
  });

  it('are not to be had from an agent that is too old to know the question', async () => {
    const { host, agent } = await newAgent();
    agent.socket.off('processes');
    const begun = Date.now();
    const answer = await ask(await browse(), host.id);
    expect(answer).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('too old') },
    });
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 5],
    ['too many', { ...processList(), byCpu: Array(16).fill(processList().byCpu[0]) }],
    ['an over-long name', processList('x'.repeat(65))],
    ['command lines', { ...processList(), arguments: 'mysql -psecret' }],
  ])('are not believed when the agent tells %s', async (_what, told) => {
    const { host } = await newAgent((answer) => answer(told as ProcessList));
    const answer = await ask(await browse(), host.id);
    expect(answer).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('no list') },
    });
  });

  it('are none of another tenant’s business, and the agent is not even asked', async () => {
    const { host, asked } = await newAgent((answer) => answer(processList()));
    const stranger = await browse('f'.repeat(24));
    expect(await ask(stranger, host.id)).toMatchObject({ error: { code: 'not_found' } });
    expect(await ask(stranger, '0'.repeat(24))).toMatchObject({ error: { code: 'not_found' } });
    expect(await ask(await browse(), host.id)).toHaveProperty('byCpu');
    expect(asked).toHaveLength(1);
  });

  it('are asked for by the id of a host', async () => {
    const answer = await ask(await browse(), 'nonsense');
    expect(answer).toMatchObject({ error: { code: 'invalid', field: '/hostId' } });
  });
});
