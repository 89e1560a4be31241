import type { ShownFrame } from '@tocsin/shared';

/** Frames kept of a watched host: two minutes at one a second. */
export const FRAMES_KEPT = 120;
/** Hosts whose frames are kept; the one that was asked for longest ago makes room. */
export const HOSTS_KEPT = 100;

/**
 * The last frames of the hosts that somebody looks at, so that a page which loses its connection for a
 * moment goes on without a gap. A frame with a few mounts takes about 1 KB of memory: two minutes of all of
 * 1,000 hosts would be 120 MB, of 100 watched ones they are 12. Everything older is read from the history.
 */
export class RecentFrames {
  readonly #frames = new Map<string, ShownFrame[]>();

  /** From now on this host's frames are kept. */
  watch(hostId: string, newest: ShownFrame | undefined): void {
    const frames = this.#frames.get(hostId) ?? (newest ? [newest] : []);
    this.#frames.delete(hostId);
    this.#frames.set(hostId, frames);
    if (this.#frames.size > HOSTS_KEPT) this.#frames.delete(this.#frames.keys().next().value!);
  }

  add(hostId: string, frame: ShownFrame): void {
    const frames = this.#frames.get(hostId);
    if (frames === undefined) return;
    frames.push(frame);
    if (frames.length > FRAMES_KEPT) frames.shift();
  }

  /** Frames newer than a time of the host's clock, UTC ms, oldest first. */
  since(hostId: string, t = -1): ShownFrame[] {
    return this.#frames.get(hostId)?.filter((frame) => frame.t > t) ?? [];
  }

  forget(hostId: string): void {
    this.#frames.delete(hostId);
  }
}
