import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { parseUtmp, UTMP_LAYOUTS, utmpLayout } from './utmp.js';

/** Written by glibc, one on each kind of machine, with the same records. */
const captured = {
  x64: Buffer.from(fixture('utmp-x64.base64'), 'base64'),
  arm64: Buffer.from(fixture('utmp-arm64.base64'), 'base64'),
};

describe('parseUtmp', () => {
  it('reads who is logged in, from where and since when, and nobody who left', () => {
    const users = parseUtmp(captured.x64, UTMP_LAYOUTS.x64);
    expect(users.map(({ process }) => process)).toEqual([1001, 1002, 1003, 1004, 1005, 1006, 1007]);
    expect(users.map(({ user }) => user).slice(0, 5)).toEqual([
      { name: 'ada', terminal: 'pts/0', from: '192.0.2.7', since: 1_795_651_504_000 },
      { name: 'grace', terminal: 'pts/1', from: '2001:db8::5', since: 1_795_651_505_000 },
      { name: 'linus', terminal: 'pts/2', from: '198.51.100.9', since: 1_795_651_506_000 },
      { name: 'root', terminal: 'tty2', since: 1_795_651_507_000 },
      { name: 'ada', terminal: 'tty7', since: 1_795_651_508_000 },
    ]);
  });

  it('reads names that fill their field, times after 2038, and no control characters', () => {
    expect(parseUtmp(captured.x64, UTMP_LAYOUTS.x64)[5]?.user).toEqual({
      name: 'a-name-that-fills-all-32-letters',
      terminal: 'pts/4',
      from: 'evil[2Jhost',
      since: Date.UTC(2100, 0, 1),
    });
  });

  it('reads the wider records of 64-bit ARM', () => {
    expect(parseUtmp(captured.arm64, UTMP_LAYOUTS.arm64)).toEqual(parseUtmp(captured.x64, UTMP_LAYOUTS.x64));
    expect(utmpLayout('arm64')).toBe(UTMP_LAYOUTS.arm64);
    expect(utmpLayout('x64')).toBe(UTMP_LAYOUTS.x64);
  });

  it('passes over a record that is cut off', () => {
    expect(parseUtmp(captured.x64.subarray(0, 3 * 384 - 1), UTMP_LAYOUTS.x64)).toEqual([]);
    expect(parseUtmp(Buffer.alloc(0), UTMP_LAYOUTS.x64)).toEqual([]);
  });
});
