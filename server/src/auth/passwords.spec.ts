import { beforeAll, describe, expect, it } from 'vitest';
import { Passwords } from './passwords.js';

const passwords = new Passwords();
beforeAll(() => passwords.onModuleInit());

describe('Passwords', () => {
  it('hashes with argon2id at no less than 19 MiB and two passes', async () => {
    expect(await passwords.hash('a password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('gives the same password another hash each time', async () => {
    expect(await passwords.hash('a password')).not.toBe(await passwords.hash('a password'));
  });

  it('tells the right password from a wrong one', async () => {
    const hash = await passwords.hash('a password');
    expect(await passwords.matches('a password', hash)).toBe(true);
    expect(await passwords.matches('A password', hash)).toBe(false);
  });

  it('knows a password typed as other code points of the same characters', async () => {
    const hash = await passwords.hash('caf\u00e9 on the corner');
    expect(await passwords.matches('cafe\u0301 on the corner', hash)).toBe(true);
  });

  it('says no where there is no account, after the same work', async () => {
    const hash = await passwords.hash('a password');
    const time = async (of: string | undefined) => {
      const start = process.cpuUsage();
      for (let i = 0; i < 5; i++) expect(await passwords.matches('another', of)).toBe(false);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    const [known, unknown] = [await time(hash), await time(undefined)];
    expect(unknown).toBeGreaterThan(known / 3);
    expect(unknown).toBeLessThan(known * 3);
  });
});
