import { beforeEach, describe, expect, it, vi } from 'vitest';
import { NewestStateQueue } from './newest-state-queue.js';

/** A database that takes what it is given when it is told to. */
class SlowDatabase {
  readonly written: string[][] = [];
  #answers: { resolve: () => void; reject: (error: Error) => void }[] = [];

  write = (states: string[]): Promise<void> => {
    this.written.push(states);
    return new Promise((resolve, reject) => this.#answers.push({ resolve, reject }));
  };

  async answer(error?: Error): Promise<void> {
    const { resolve, reject } = this.#answers.shift()!;
    if (error) reject(error);
    else resolve();
    await new Promise(setImmediate);
  }
}

describe('NewestStateQueue', () => {
  let database: SlowDatabase;
  let failures: string[];
  let queue: NewestStateQueue<string>;
  beforeEach(() => {
    database = new SlowDatabase();
    failures = [];
    queue = new NewestStateQueue(database.write, (error) => failures.push(error.message));
  });

  it('writes at once when it is idle', () => {
    queue.put('a', 'a1');
    expect(database.written).toEqual([['a1']]);
  });

  it('writes only the newest state of a key that changed while it waited, in its old place', async () => {
    queue.put('a', 'a1');
    queue.put('b', 'b1');
    queue.put('c', 'c1');
    queue.put('b', 'b2');
    await database.answer();
    expect(database.written[1]).toEqual(['b2', 'c1']);
  });

  it('writes a key again that changed while it was being written, before what came later', async () => {
    queue.put('a', 'a opened');
    queue.put('a', 'a resolved');
    queue.put('b', 'b opened');
    await database.answer();
    expect(database.written[1]).toEqual(['a resolved', 'b opened']);
  });

  it('tries again until it is written, and complains once', async () => {
    queue.put('a', 'a1');
    await database.answer(new Error('no primary'));
    queue.put('a', 'a2');
    await vi.waitFor(() => expect(database.written).toHaveLength(2));
    await database.answer(new Error('no primary'));
    await vi.waitFor(() => expect(database.written).toHaveLength(3));
    expect(database.written.at(-1)).toEqual(['a2']);
    await database.answer();
    expect(queue.size).toBe(0);
    expect(failures).toEqual(['no primary']);
  });

  it('tells when all that was put is written, whatever is put later', async () => {
    queue.put('a', 'a1');
    queue.put('b', 'b1');
    let settled: boolean | undefined;
    const waiting = queue.settled(60_000).then((is) => (settled = is));
    await database.answer();
    queue.put('c', 'c1');
    expect(settled).toBeUndefined();
    await database.answer();
    expect(await waiting).toBe(true);
    expect(queue.size).toBe(1);
  });

  it('does not wait for ever for a database that hangs', async () => {
    queue.put('a', 'a1');
    expect(await queue.settled(10)).toBe(false);
    expect(await queue.close(10)).toBe(1);
  });

  it('has nothing to wait for when nothing was put', async () => {
    expect(await queue.settled(0)).toBe(true);
    expect(await queue.close(0)).toBe(0);
  });
});
