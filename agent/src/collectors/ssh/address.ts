import { isIP, isIPv6 } from 'node:net';

/** Longest address that a frame may hold. */
const LENGTH = 64;

/**
 * An address as sshd prints it, in one spelling, or undefined for anything that is none: a host name
 * (`UseDNS yes`), `UNKNOWN`, text from a user. An IPv4 address inside IPv6 is the IPv4 address.
 */
export function toAddress(text: string): string | undefined {
  if (text.length > LENGTH || isIP(text) === 0) return undefined;
  const lower = text.toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(lower);
  return mapped?.[1] ?? lower;
}

/** The /64 that an IPv6 address is in, as `2001:db8:1:2::/64`; undefined for IPv4. */
export function networkOf(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  // What stands behind the first half only has to take its two places.
  const bare = address.replace(/%.*$/, '').replace(/\d+\.\d+\.\d+\.\d+$/, '0:0');
  const [front = '', back] = bare.split('::');
  const groups = front === '' ? [] : front.split(':');
  const behind = back === undefined || back === '' ? [] : back.split(':');
  while (groups.length + behind.length < 8) groups.push('0');
  const first = [...groups, ...behind].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${first.join(':').replace(/(?:(?:^|:)0)+$/, '')}::/64`;
}
