import { describe, expect, it } from 'vitest';
import { ConfigError } from './environment.js';
import { readConfig } from './read-config.js';

describe('readConfig', () => {
  it('needs nothing set', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8787,
      publicUrl: 'http://127.0.0.1:8787',
      dataDir: `${process.cwd()}/data`,
      logLevel: 'info',
      trustProxy: 0,
      journalIntervalMs: 500,
    });
    expect(readConfig({}).mongodbUri).toBeUndefined();
  });

  it('takes an empty variable as not set', () => {
    expect(readConfig({ PORT: '', MONGODB_URI: ' ', TOCSIN_LOG_PRETTY: '' })).toEqual(readConfig({}));
  });

  it('makes the public URL from address and port, and one that a browser can open', () => {
    expect(readConfig({ HOST: '10.0.0.5', PORT: '80' }).publicUrl).toBe('http://10.0.0.5:80');
    expect(readConfig({ HOST: '0.0.0.0' }).publicUrl).toBe('http://127.0.0.1:8787');
    expect(readConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:8787');
    expect(readConfig({ TOCSIN_PUBLIC_URL: 'https://a.example/' }).publicUrl).toBe('https://a.example');
  });

  it('makes paths absolute', () => {
    expect(readConfig({ TOCSIN_DATA_DIR: 'there' }).dataDir).toBe(`${process.cwd()}/there`);
  });

  it.each([
    'mongodb://127.0.0.1:27017/tocsin?replicaSet=rs0',
    'mongodb://a.example:27017,b.example:27017,c.example/?replicaSet=rs0',
    'mongodb+srv://me:s3cret@cluster.example.org/',
  ])('takes %s as it is', (uri) => {
    expect(readConfig({ MONGODB_URI: uri }).mongodbUri).toBe(uri);
  });

  it.each([
    [{ PORT: '80a' }, 'PORT is "80a", but should be a whole number from 1 to 65535.'],
    [{ PORT: '70000' }, 'PORT is "70000", but should be a whole number from 1 to 65535.'],
    [{ PORT: '-1' }, 'PORT is "-1"'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud", but should be fatal, error, warn'],
    [{ TOCSIN_LOG_PRETTY: 'maybe' }, 'TOCSIN_LOG_PRETTY is "maybe", but should be true or false.'],
    [
      { TOCSIN_PUBLIC_URL: 'tocsin.example.org' },
      'TOCSIN_PUBLIC_URL is "tocsin.example.org", but should be a URL',
    ],
    [
      { MONGODB_URI: 'http://127.0.0.1' },
      'MONGODB_URI is "http://127.0.0.1", but should be a URL such as mongodb://',
    ],
  ])('refuses %o and says what it should be', (env, message) => {
    expect(() => readConfig(env)).toThrow(ConfigError);
    expect(() => readConfig(env)).toThrow(message);
  });

  it('keeps the password of a refused MongoDB URL out of the message', () => {
    expect(() => readConfig({ MONGODB_URI: 'mongo://me:s3cret@db/tocsin' })).toThrow('mongo://…@db/tocsin');
  });
});
