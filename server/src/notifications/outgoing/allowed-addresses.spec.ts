import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { json, Vendor } from '../../../test/vendor.js';
import { Config } from '../../config/config.js';
import { checkLiteral, isPublic } from './allowed-addresses.js';
import { Outgoing } from './outgoing.js';

describe('an address', () => {
  it.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111'])('%s is on the internet', (address) => {
    expect(isPublic(address)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...[
      '224.0.0.1',
      '255.255.255.255',
      '192.0.2.1',
      '198.18.0.1',
      '::1',
      '::',
      'fe80::1',
      'fd00::1',
      'ff02::1',
    ],
    ...['::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '168.63.129.16', '::1:2:3'],
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));

  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://127.1/',
    'http://[::ffff:7f00:1]/',
    'http://0177.0.0.1/',
  ])('stays forbidden when it is written as %s', (url) =>
    expect(() => checkLiteral(new URL(url).hostname)).toThrow('not an address on the internet'),
  );
});

describe('a request', () => {
  let vendor: Vendor;
  let outgoing: Outgoing;
  beforeAll(async () => {
    vendor = await Vendor.start(json(200, {}));
    outgoing = new Outgoing(new Config({ dataDir: '/nowhere' }));
  });
  afterAll(async () => {
    await outgoing.onApplicationShutdown();
    await vendor.stop();
  });

  it('to this machine is refused, by number and by name, and says how to allow it', async () => {
    const { port } = new URL(vendor.url);
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      await expect(outgoing.ask(`http://${host}:${port}/`, {})).rejects.toMatchObject({
        permanent: true,
        message: expect.stringContaining('TOCSIN_PRIVATE_NETWORKS') as string,
      });
    }
    expect(vendor.received).toEqual([]);
  });

  it('goes over http and https alone', async () => {
    await expect(outgoing.ask('file:///etc/passwd', {})).rejects.toMatchObject({ permanent: true });
    await expect(outgoing.ask('nothing', {})).rejects.toMatchObject({ permanent: true });
  });
});
