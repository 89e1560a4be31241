import { describe, expect, it } from 'vitest';
import type { ApiException } from '../../http/api-exception.js';
import { HistoryReads, READS } from './history-reads.js';

/** Reads that end when the test says so. */
function someReads(reads = new HistoryReads()) {
  const running: { name: string; end: () => void; fail: (why: Error) => void }[] = [];
  const begin = (tenant: string, name = tenant, signal = new AbortController().signal) =>
    reads.run(
      tenant,
      signal,
      () => new Promise<string>((end, fail) => running.push({ name, end: () => end(name), fail })),
    );
  const names = () => running.map(({ name }) => name);
  return { reads, running, names, begin };
}

/** Lets all promises that can go on do so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The refusal of a read. */
const refusal = (read: Promise<unknown>): Promise<ApiException> =>
  read.then(
    () => Promise.reject(new Error('was not refused')),
    (error: ApiException) => error,
  );

describe('HistoryReads', () => {
  it('runs a few of each tenant and of all tenants, and the next as soon as one ends', async () => {
    const { running, names, begin } = someReads();
    for (const tenant of ['a', 'a', 'a', 'b', 'b', 'c']) void begin(tenant);
    await settled();
    expect(names()).toEqual(['a', 'a', 'b', 'b']);
    running[2]!.end();
    await settled();
    expect(names()).toEqual(['a', 'a', 'b', 'b', 'c']);
  });

  it('lets a tenant with one read go before the many of another', async () => {
    const { running, names, begin } = someReads();
    for (let i = 0; i < 10; i += 1) void begin('a');
    for (const tenant of ['b', 'c', 'd']) void begin(tenant);
    await settled();
    running.forEach(({ end }) => end());
    await settled();
    expect(names().slice(0, 7).sort()).toEqual(['a', 'a', 'a', 'a', 'b', 'c', 'd']);
  });

  it('hands on what a read answers and throws, and goes on with the next', async () => {
    const { reads, running, begin } = someReads();
    const first = begin('a', 'first');
    const second = begin('a', 'second');
    const third = begin('a', 'third');
    await settled();
    running[0]!.end();
    running[1]!.fail(new Error('no database'));
    await expect(first).resolves.toBe('first');
    await expect(second).rejects.toThrow('no database');
    await settled();
    running[2]!.end();
    await expect(third).resolves.toBe('third');
    await settled();
    expect(reads).toMatchObject({ waiting: 0, tenants: 0 });
  });

  it('refuses a tenant that has too many waiting, and nobody else', async () => {
    const { reads, names, begin } = someReads();
    for (let i = 0; i < READS.atOnceOfTenant + READS.waitingOfTenant; i += 1) void begin('a');
    const error = await refusal(begin('a'));
    expect(error.getStatus()).toBe(429);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    void begin('b');
    await settled();
    expect(names()).toEqual(['a', 'a', 'b']);
    expect(reads.waiting).toBe(READS.waitingOfTenant);
  });

  it('refuses everybody when too many wait in all', async () => {
    const { begin } = someReads();
    for (let i = 0; i < READS.atOnceOfHub + READS.waitingOfHub; i += 1) void begin(`tenant ${i}`);
    await settled();
    const error = await refusal(begin('one more'));
    expect(error.getStatus()).toBe(503);
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('never refuses the next read of what is under way, which waits like any other', async () => {
    const { reads, running, names, begin } = someReads();
    for (let i = 0; i < READS.atOnceOfTenant + READS.waitingOfTenant; i += 1) void begin('a');
    let read = false;
    const next = reads.goOn('a', new AbortController().signal, async () => (read = true));
    await settled();
    expect(read).toBe(false);
    for (let ended = 0; ended < names().length; ended += 1) {
      running[ended]!.end();
      await settled();
    }
    await expect(next).resolves.toBe(true);
  });

  it('never begins a read whose client has gone, and gives its place away', async () => {
    const { reads, running, names, begin } = someReads();
    const client = new AbortController();
    void begin('a');
    void begin('a');
    const gone = begin('a', 'gone', client.signal);
    void begin('a', 'next');
    client.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(reads.waiting).toBe(1);
    running[0]!.end();
    await settled();
    expect(names()).toEqual(['a', 'a', 'next']);
    await expect(begin('a', 'too late', client.signal)).rejects.toThrow('gone');
  });

  it('also where it waited for the hub alone', async () => {
    const { reads, running, names, begin } = someReads();
    for (const tenant of ['a', 'a', 'b', 'b']) void begin(tenant);
    const client = new AbortController();
    const gone = begin('c', 'gone', client.signal);
    await settled();
    client.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    running[0]!.end();
    await settled();
    expect(names()).toEqual(['a', 'a', 'b', 'b']);
    expect(reads.waiting).toBe(0);
  });

  it('counts a read that was called off until it has really ended', async () => {
    const { running, names, begin } = someReads();
    const client = new AbortController();
    const first = begin('a', 'first', client.signal);
    void begin('a', 'second');
    void begin('a', 'third');
    await settled();
    client.abort(new Error('gone'));
    await settled();
    expect(names()).toEqual(['first', 'second']);
    running[0]!.fail(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    expect(names()).toEqual(['first', 'second', 'third']);
  });
});
