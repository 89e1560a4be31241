import { describe, expect, it } from 'vitest';
import { fixture } from '../fixtures/fixture.js';
import { parseSession } from './sessions.js';

const session = (values: Record<string, string>) =>
  Object.entries({ USER: 'ada', CLASS: 'user', STATE: 'active', REALTIME: '1795651504000000', ...values })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('parseSession', () => {
  it('reads what systemd writes for a login over SSH', () => {
    expect(parseSession(fixture('session-ssh.txt'))).toEqual({
      name: 'ada',
      from: '::1',
      since: 1_795_651_924_460,
    });
  });

  it('takes the terminal, or the display of a desktop', () => {
    expect(parseSession(session({ TTY: 'pts/0' }))?.terminal).toBe('pts/0');
    expect(parseSession(session({ DISPLAY: ':0' }))?.terminal).toBe(':0');
  });

  it('takes the time in ms', () => {
    expect(parseSession(session({}))).toEqual({ name: 'ada', since: 1_795_651_504_000 });
  });

  it.each(['manager', 'background', 'greeter', 'lock-screen', ''])('passes over the class %j', (CLASS) => {
    expect(parseSession(session({ CLASS }))).toBeUndefined();
  });

  it('passes over a session that is about to end', () => {
    expect(parseSession(session({ STATE: 'closing' }))).toBeUndefined();
  });

  it('puts back what systemd escapes, and takes out what cannot be printed', () => {
    expect(parseSession(session({ REMOTE_HOST: 'a\\x20b\\\\c\\x1b' }))?.from).toBe('a b\\c');
  });

  it('passes over a file that says nothing', () => {
    expect(parseSession('')).toBeUndefined();
    expect(parseSession('# This is private data. Do not parse.\nUSER')).toBeUndefined();
  });
});
