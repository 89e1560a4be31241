import type { ShownFrame } from '@tocsin/shared';

/** Frames kept of a watched host: two minutes at one a second. */
export const FRAMES_KEPT = 120;
/** Hosts whose frames are kept; the one that was asked for longest ago makes room. */
export const HOSTS_KEPT = 100;
/** Things that the kept frames of one host, and of all, may name: mounts, services and so on, at 0.1 to 1 KB each. */
export const THINGS_OF_HOST = 20_000;
export const THINGS_OF_ALL = 200_000;

interface Kept {
  frames: ShownFrame[];
  things: number;
}

/**
 * The last frames of the hosts that somebody looks at, so that a page which loses its connection for a
 * moment goes on without a gap. A frame with a few mounts takes about 1 KB of memory: two minutes of all of
 * 1,000 hosts would be 120 MB, of 100 watched ones they are 12. The largest frame takes a thousand times as
 * much, so of large ones fewer are kept. Everything older is read from the history.
 */
export class RecentFrames {
  readonly #hosts = new Map<string, Kept>();
  #things = 0;

  /** From now on this host's frames are kept. */
  watch(hostId: string, newest: ShownFrame | undefined): void {
    const known = this.#hosts.get(hostId);
    this.#hosts.delete(hostId);
    this.#hosts.set(hostId, known ?? { frames: [], things: 0 });
    if (known === undefined && newest !== undefined) this.add(hostId, newest);
    if (this.#hosts.size > HOSTS_KEPT) this.forget(this.#hosts.keys().next().value!);
  }

  add(hostId: string, frame: ShownFrame): void {
    const kept = this.#hosts.get(hostId);
    if (kept === undefined) return;
    kept.frames.push(frame);
    this.#count(kept, thingsOf(frame));
    while (kept.frames.length > 1 && (kept.frames.length > FRAMES_KEPT || kept.things > THINGS_OF_HOST)) {
      this.#count(kept, -thingsOf(kept.frames.shift()!));
    }
    while (this.#things > THINGS_OF_ALL) this.forget(this.#hosts.keys().next().value!);
  }

  /** Frames newer than a time of the host's clock, UTC ms, oldest first. */
  since(hostId: string, t = -1): ShownFrame[] {
    return this.#hosts.get(hostId)?.frames.filter((frame) => frame.t > t) ?? [];
  }

  forget(hostId: string): void {
    this.#things -= this.#hosts.get(hostId)?.things ?? 0;
    this.#hosts.delete(hostId);
  }

  #count(kept: Kept, things: number): void {
    kept.things += things;
    this.#things += things;
  }
}

/** How many things a frame names, which tells what it takes in memory. */
function thingsOf({
  disks,
  devices,
  network,
  services,
  containers,
  temperatures,
  system,
  ssh,
}: ShownFrame): number {
  const lists = [
    disks,
    devices,
    network?.interfaces,
    services,
    containers,
    temperatures,
    system?.users,
    ssh?.sources,
  ];
  return lists.reduce((sum, list) => sum + (list?.length ?? 0), 1);
}
