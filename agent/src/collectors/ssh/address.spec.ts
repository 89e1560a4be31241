import fc from 'fast-check';
import { isIPv6 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { networkOf, toAddress } from './address.js';

describe('toAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8::7', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['UNKNOWN', undefined],
    ['host.example', undefined],
    ['192.0.2.7:22', undefined],
    ['192.0.2', undefined],
    ['', undefined],
    [`fe80::1%${'e'.repeat(60)}`, undefined],
  ])('makes of %s %s', (text, address) => {
    expect(toAddress(text)).toBe(address);
  });
});

describe('networkOf', () => {
  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8::/64'],
    ['2001:db8:0:1::7', '2001:db8:0:1::/64'],
    ['::1', '::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['64:ff9b::192.0.2.7', '64:ff9b::/64'],
    ['192.0.2.7', undefined],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for all addresses of one network, and another for the next', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
    const groups = fc.array(group, { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(groups, groups, groups, (front, a, b) => {
        const network = networkOf([...front, ...a].join(':'));
        expect(network).toBe(networkOf([...front, ...b].join(':')));
        expect(isIPv6(network!.replace('/64', ''))).toBe(true);
        expect(new URL(`http://[${network!.replace('/64', '')}]`).hostname).toBe(
          new URL(`http://[${[...front, 0, 0, 0, 0].join(':')}]`).hostname,
        );
      }),
    );
  });
});
