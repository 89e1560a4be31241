import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import compression from 'compression';
import express, { type Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isCompressible } from '../../http/is-compressible.js';
import { sendText } from './send-text.js';

const CHUNK = 65_536;
const MB = 2 ** 20;

let close: () => void = () => {};
afterEach(() => close());

/** A server that sends one text, and what is known of it. */
async function serving(make: () => AsyncGenerator<string>, stalledMs?: number) {
  const seen: { response?: Response; sent?: Promise<unknown> } = {};
  const app = express();
  app.use(compression({ filter: isCompressible }));
  app.get('/', (_request, response) => {
    const file = { name: 'a.ndjson', contentType: 'application/x-ndjson; charset=utf-8', text: make() };
    seen.response = response;
    seen.sent = sendText(file, response, stalledMs).then(
      () => 'sent',
      (error: Error) => error,
    );
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const ask = async (headers: Record<string, string> = {}) => {
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', headers });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  };
  return { seen, ask };
}

/** A long text that counts what was made of it, and tells when it was given up. */
function longText(chunks: number, filling: () => string = () => 'x'.repeat(CHUNK)) {
  const state = { made: 0, ended: false };
  async function* text() {
    try {
      for (let i = 0; i < chunks; i += 1) {
        state.made += CHUNK;
        yield filling();
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, text };
}

/** Everything that can go on without the client has gone on: nothing more is made from one turn to the next. */
async function stalled(state: { made: number }) {
  for (let before = -1; before !== state.made;) {
    before = state.made;
    for (let turn = 0; turn < 200; turn += 1) await setImmediate();
  }
}

describe('sendText', () => {
  it.each([
    ['as it is', {}],
    // Noise, which gzip cannot make smaller than the buffers on the way.
    ['in gzip', { 'accept-encoding': 'gzip' }],
  ])('makes no more than its reader takes, sent %s', async (_how, headers: Record<string, string>) => {
    const noise = () => randomBytes((CHUNK * 3) / 4).toString('base64');
    const { state, text } = longText(600, noise);
    const { seen, ask } = await serving(text);
    const answer = await ask(headers);
    answer.pause();
    await vi.waitUntil(() => seen.response!.writableNeedDrain);
    await stalled(state);
    const whenStalled = state.made;
    expect(whenStalled).toBeLessThan(16 * MB);
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    await expect(seen.sent).resolves.toBe('sent');
    expect(state.made).toBe(600 * CHUNK);
    const whole = Buffer.concat(parts);
    const plain = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole;
    expect(plain.length).toBe(600 * CHUNK);
  });

  it('lets the hub do something else between any two parts', async () => {
    let turns = 0;
    let counting = true;
    const count = () => {
      turns += 1;
      if (counting) globalThis.setImmediate(count);
    };
    count();
    const seenAt: number[] = [];
    const { ask } = await serving(async function* () {
      for (let i = 0; i < 200; i += 1) {
        seenAt.push(turns);
        yield 'x'.repeat(100);
      }
    });
    for await (const _part of await ask());
    counting = false;
    const between = seenAt.slice(1).map((turn, i) => turn - seenAt[i]!);
    // The first two are asked for at once: one decides whether there is an answer at all.
    expect(Math.min(...between.slice(1))).toBeGreaterThan(0);
  });

  it('ends the text when its reader has gone', async () => {
    const { state, text } = longText(10_000);
    const { seen, ask } = await serving(text);
    (await ask()).destroy();
    await expect(seen.sent).resolves.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
    await vi.waitUntil(() => state.ended);
    expect(state.made).toBeLessThan(10_000 * CHUNK);
  });

  it('takes a reader that takes nothing for one that has gone', async () => {
    const { state, text } = longText(10_000);
    const { seen, ask } = await serving(text, 100);
    (await ask()).pause();
    await expect(seen.sent).resolves.toBeInstanceOf(Error);
    await vi.waitUntil(() => state.ended);
  });

  it('breaks the connection when the text breaks off, so that a part is not taken for the whole', async () => {
    const { seen, ask } = await serving(async function* () {
      yield 'one\n';
      await setImmediate();
      throw new Error('no database');
    });
    const answer = await ask();
    const read = async () => {
      for await (const _part of answer);
    };
    await expect(read()).rejects.toThrow('aborted');
    await expect(seen.sent).resolves.toMatchObject({ message: 'no database' });
  });

  it('sends nothing at all, not even a head, when the text fails before its first part', async () => {
    const failing = async function* (): AsyncGenerator<string> {
      yield await Promise.reject(new Error('no database'));
    };
    const response = { attachment: vi.fn(), set: vi.fn() };
    const file = { name: 'a.csv', contentType: 'text/csv', text: failing() };
    await expect(sendText(file, response as unknown as Response)).rejects.toThrow('no database');
    expect(response.attachment).not.toHaveBeenCalled();
  });

  it('answers with an empty file where there is nothing', async () => {
    const { ask } = await serving(async function* () {});
    const answer = await ask();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-disposition']).toBe('attachment; filename=a.ndjson');
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    expect(Buffer.concat(parts).length).toBe(0);
  });
});
