import { readdirSync } from 'node:fs';
import { LIMITS } from '@tocsin/shared/limits';
import { namePatterns, type Selection } from '../name-patterns.js';
import type { ReadText } from '../read-text.js';

/** What `/sys/class/net/NAME` says about an interface. */
export interface InterfaceNature {
  name: string;
  /** ARPHRD number: what kind of frames it carries. */
  type: number;
  bridge: boolean;
  /** The interfaces that its traffic goes through: the members of a bond, the carrier of a VLAN. */
  lower: string[];
}

export function readNature(name: string, read: ReadText, list = readdirSync): InterfaceNature {
  const folder = `/sys/class/net/${name}`;
  const entries = list(folder);
  return {
    name,
    type: Number(read(`${folder}/type`)),
    bridge: entries.includes('bridge'),
    lower: entries.filter((entry) => entry.startsWith('lower_')).map((entry) => entry.slice('lower_'.length)),
  };
}

/** Made by container engines and hypervisors; what matters of their traffic passes a real interface. */
const isInternal = namePatterns(
  (
    'lo veth* br-* docker* podman* cni* flannel* cali* cilium* lxc* lxdbr* virbr* vnet* vmbr* tap* fwbr* fwln* ' +
    'fwpr* ifb* dummy* kube-* nodelocaldns* ovs-system gre0 gretap0 erspan0 sit0 tunl0 ip_vti0 ip6_vti0 ip6tnl0 ' +
    'ip6gre0'
  ).split(' '),
);

const LOOPBACK = 772;
/** Tunnels without Ethernet frames: tun, WireGuard, IP in IP, GRE. */
const TUNNELS = new Set([65_534, 768, 769, 776, 778, 823]);

export interface WatchedInterface {
  name: string;
  /** Part of the host's total. What passes another watched interface as well would count twice. */
  counted: boolean;
}

export function selectInterfaces(
  natures: readonly InterfaceNature[],
  { include, exclude }: Selection,
): WatchedInterface[] {
  const included = namePatterns(include);
  const excluded = namePatterns(exclude);
  const watched = natures
    .filter(({ name, type, bridge }) => {
      if (name.length > LIMITS.nameLength || excluded(name)) return false;
      return included(name) || !(type === LOOPBACK || bridge || isInternal(name));
    })
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
