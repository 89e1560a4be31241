import { readdirSync } from 'node:fs';
import { LIMITS } from '@tocsin/shared/limits';
import { namePatterns, type Selection } from '../name-patterns.js';
import { readText } from '../read-text.js';

/** What `/sys/class/net/NAME` says about an interface. */
export interface InterfaceNature {
  name: string;
  /** ARPHRD number: what kind of frames it carries. */
  type: number;
  bridge: boolean;
  /** The interfaces that its traffic goes through: the members of a bond, the carrier of a VLAN. */
  lower: string[];
}

/** @throws when there is no such interface any more */
export type NatureOf = (name: string) => InterfaceNature;

export const readNature: NatureOf = (name) => {
  const folder = `/sys/class/net/${name}`;
  const entries = readdirSync(folder);
  return {
    name,
    type: Number(readText(`${folder}/type`)),
    bridge: entries.includes('bridge'),
    lower: entries.filter((entry) => entry.startsWith('lower_')).map((entry) => entry.slice('lower_'.length)),
  };
};

/** Made by container engines and hypervisors; what matters of their traffic passes a real interface. */
const isInternal = namePatterns(
  (
    'lo veth* br-* docker* podman* cni* flannel* cali* cilium* lxc* lxdbr* virbr* vnet* vmbr* tap* fwbr* fwln* ' +
    'fwpr* ifb* dummy* kube-* nodelocaldns* ovs-system gre0 gretap0 erspan0 sit0 tunl0 ip_vti0 ip6_vti0 ip6tnl0 ' +
    'ip6gre0'
  ).split(' '),
);

export const ETHERNET = 1;
const LOOPBACK = 772;
/** Tunnels without Ethernet frames: tun, WireGuard, IP in IP, GRE. */
const TUNNELS = new Set([65_534, 768, 769, 776, 778, 823]);

/** Whether an interface may be watched, by its name alone: most of many are ruled out without a look at them. */
export function candidates({ include, exclude }: Selection): (name: string) => boolean {
  const included = namePatterns(include);
  const excluded = namePatterns(exclude);
  return (name) =>
    name.length <= LIMITS.nameLength && !excluded(name) && (included(name) || !isInternal(name));
}

export interface WatchedInterface {
  name: string;
  /** Part of the host's total. What passes another watched interface as well would count twice. */
  counted: boolean;
}

/** @param natures those of the candidates */
export function selectInterfaces(
  natures: readonly InterfaceNature[],
  { include }: Selection,
): WatchedInterface[] {
  const included = namePatterns(include);
  const watched = natures
    .filter(({ name, type, bridge }) => included(name) || !(type === LOOPBACK || bridge))
    .slice(0, LIMITS.interfaces);
  const names = new Set(watched.map(({ name }) => name));
  return watched.map(({ name, type, bridge, lower }) => ({
    name,
    counted: !(
      type === LOOPBACK ||
      bridge ||
      isInternal(name) ||
      TUNNELS.has(type) ||
      lower.some((carrier) => names.has(carrier))
    ),
  }));
}
