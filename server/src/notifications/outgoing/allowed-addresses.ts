import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

/** The hub was asked to send something to an address that it must not reach for a tenant. */
export class ForbiddenAddress extends Error {
  constructor(host: string, address: string) {
    super(
      `${host} is ${host === address ? '' : `${address}, `}not an address on the internet. ` +
        'Whoever runs this hub can allow it with TOCSIN_PRIVATE_NETWORKS.',
    );
    this.name = 'ForbiddenAddress';
  }
}

/** Is it on the internet, as opposed to this machine, its network, or something reserved? IPv4 in IPv6 is looked at as IPv4. */
export function isPublic(address: string): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv6') {
    const known = parsed as ipaddr.IPv6;
    // NAT64 (RFC 6052) and 6to4 carry an IPv4 address inside, which may be a private one.
    if (['rfc6052', 'rfc6145', '6to4', 'teredo'].includes(known.range())) return false;
  }
  if (parsed.range() !== 'unicast' || HOST_AGENTS.includes(address)) return false;
  // All of the internet's IPv6 addresses so far; what is elsewhere is reserved, old or local.
  if (parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_IPV6)) return false;
  // The hub itself, whose services may be behind a firewall that does not stand between it and itself.
  return !ownAddresses().includes(address);
}

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
/** Addresses that look public and are a cloud's own: Azure's host agent. */
const HOST_AGENTS: readonly string[] = ['168.63.129.16'];

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));

/** @throws ForbiddenAddress when a host is given as an address that is not public */
export function checkLiteral(host: string): void {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0 && !isPublic(bare)) throw new ForbiddenAddress(bare, bare);
}

/**
 * Finds the addresses of a name for a connection, which goes to one of just these: a name that is asked again and
 * then answers otherwise gains nothing. One forbidden address among them forbids all.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    const forbidden = addresses.find(({ address }) => !isPublic(address));
    if (forbidden !== undefined) return done(new ForbiddenAddress(host, forbidden.address), []);
    if (options.all) return done(null, addresses);
    const [{ address, family }] = addresses as [(typeof addresses)[0]];
    done(null, address, family);
  });
};
