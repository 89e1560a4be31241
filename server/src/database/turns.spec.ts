import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

/** Work whose end the test decides. */
function job(log: string[], name: string) {
  let finish!: (error?: Error) => void;
  const ended = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve());
  });
  const work = async () => {
    log.push(`${name} begins`);
    await ended;
    log.push(`${name} ends`);
    return name;
  };
  return { work, finish };
}

describe('Turns', () => {
  it('lets the second begin when the first has ended, and hands on what each returns', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [first, second] = [job(log, 'first'), job(log, 'second')];
    const all = Promise.all([turns.take('rule', first.work), turns.take('rule', second.work)]);
    second.finish();
    first.finish();
    expect(await all).toEqual(['first', 'second']);
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('holds up nothing that is about something else', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [slow, quick] = [job(log, 'slow'), job(log, 'quick')];
    const waiting = turns.take('one', slow.work);
    quick.finish();
    expect(await turns.take('other', quick.work)).toBe('quick');
    slow.finish();
    await waiting;
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [failing, next] = [job(log, 'failing'), job(log, 'next')];
    const failed = turns.take('rule', failing.work);
    const done = turns.take('rule', next.work);
    next.finish();
    failing.finish(new Error('no'));
    await expect(failed).rejects.toThrow('no');
    expect(await done).toBe('next');
  });
});
