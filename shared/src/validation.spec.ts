import { describe, expect, it } from 'vitest';
import { Frame } from './protocol/frame.js';
import { checkFor } from './validation.js';

const check = checkFor(Frame);
const good = { seq: 0, t: 0 };
const cpu = { usage: 1, user: 1, system: 0, iowait: 0, steal: 0, load1: 0, load5: 0, load15: 0 };

describe('checkFor', () => {
  it('accepts what the schema describes', () => {
    expect(check.accepts({ ...good, cpu })).toBe(true);
  });

  it.each([
    ['an unknown field', { ...good, extra: 1 }, '/extra'],
    ['an unknown field deep inside', { ...good, cpu: { ...cpu, gpu: 1 } }, '/cpu/gpu'],
    ['a missing field', { seq: 1 }, '/t'],
    ['NaN', { ...good, cpu: { ...cpu, usage: NaN } }, '/cpu/usage'],
    ['null, which is what NaN becomes in JSON', { ...good, cpu: { ...cpu, usage: null } }, '/cpu/usage'],
    ['infinity', { ...good, cpu: { ...cpu, load1: Infinity } }, '/cpu/load1'],
    ['a string for a number', { ...good, t: '1' }, '/t'],
    ['a percentage over 100', { ...good, cpu: { ...cpu, usage: 100.5 } }, '/cpu/usage'],
    ['a negative number', { ...good, seq: -1 }, '/seq'],
    ['a fraction where a whole number belongs', { ...good, seq: 1.5 }, '/seq'],
    [
      'a time that no calendar has',
      { ...good, services: [{ name: 'x', state: 'active', since: 1e300 }] },
      '/services/0/since',
    ],
    ['an unknown state', { ...good, services: [{ name: 'x', state: 'great' }] }, '/services/0/state'],
    [
      'an over-long name',
      { ...good, services: [{ name: 'x'.repeat(257), state: 'active' }] },
      '/services/0/name',
    ],
    ['an array for the whole', [], ''],
    ['nothing', undefined, ''],
  ])('refuses %s and names the field', (_what, input, field) => {
    expect(check.accepts(input)).toBe(false);
    expect(check.fault(input)).toMatchObject({ field, message: expect.stringMatching(/\w/) });
  });

  it('says which values there are where one of a few is asked for', () => {
    const { message } = check.fault({ ...good, services: [{ name: 'x', state: 'great' }] });
    expect(message).toMatch(/^must be one of active, .*not-found$/);
  });

  it('does not look at all of an endless input to find what is wrong with it', () => {
    let reads = 0;
    const get = (items: number[], key: string) => ((reads += 1), Reflect.get(items, key) as unknown);
    const services = new Proxy(Array<number>(100_000).fill(1), { get: get as never });
    expect(check.fault({ ...good, services })).toMatchObject({ field: '/services/0' });
    expect(reads).toBeLessThan(10_000);
  });

  it('names the fault of an input however deep it is', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    expect(check.fault({ ...good, cpu: { usage: deep } })).toMatchObject({ field: '/cpu/usage' });
    expect(check.fault({ ...good, services: deep })).toMatchObject({ field: '/services/0' });
  });

  it('does not take inherited or prototype-polluting fields for known ones', () => {
    const polluted = JSON.parse('{"seq":1,"t":1,"__proto__":{"admin":true}}');
    expect(check.accepts(polluted)).toBe(false);
  });
});
