import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentUser, NewKeyFile } from './key-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('NewKeyFile', () => {
  it('holds the key and nothing else, for its owner alone', () => {
    const path = join(folder, 'etc/tocsin/key');
    new NewKeyFile(path).store('toc_a');
    expect(readFileSync(path, 'utf8')).toBe('toc_a\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'etc/tocsin'))).toEqual(['key']);
  });

  it('leaves the key that is there until there is another one', () => {
    const path = join(folder, 'key');
    writeFileSync(path, 'old');
    const draft = new NewKeyFile(path);
    expect(readFileSync(path, 'utf8')).toBe('old');
    draft.abandon();
    expect(readdirSync(folder)).toEqual(['key']);
    new NewKeyFile(path).store('new');
    expect(readFileSync(path, 'utf8')).toBe('new\n');
  });

  it('writes into no file that somebody else has put in its way', () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'untouched');
    symlinkSync(other, join(folder, 'key.new'));
    new NewKeyFile(join(folder, 'key')).store('toc_a');
    expect(readFileSync(other, 'utf8')).toBe('untouched');
  });

  it('says before there is a key that none can be stored', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => new NewKeyFile(join(folder, 'file/key'))).toThrow(/ENOTDIR|EEXIST/);
    mkdirSync(join(folder, 'key.new'));
    expect(() => new NewKeyFile(join(folder, 'key'))).toThrow();
  });
});

describe('agentUser', () => {
  const passwd = (text: string) => {
    writeFileSync(join(folder, 'passwd'), text);
    return join(folder, 'passwd');
  };

  it('is the user of the package, for root, where there is one', () => {
    const text = 'root:x:0:0::/root:/bin/sh\ntocsin-agent:x:997:996::/nonexistent:/usr/sbin/nologin\n';
    expect(agentUser(passwd(text), true)).toEqual({ uid: 997, gid: 996 });
    expect(agentUser(passwd(text), false)).toBeUndefined();
    expect(agentUser(passwd('root:x:0:0::/root:/bin/sh\n'), true)).toBeUndefined();
    expect(agentUser(join(folder, 'none'), true)).toBeUndefined();
  });
});
