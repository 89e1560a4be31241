/** One line of `/proc/self/mountinfo`. */
export interface Mount {
  /** `major:minor` of the file system: the same for each place where it is mounted. */
  device: string;
  /** What of the file system is mounted; `/` unless it is a bind mount or a subvolume. */
  root: string;
  mount: string;
  type: string;
  /**
   * Options of the file system itself, such as `ro` after an error on the disk. Those of this one place are
   * left out: for a hardened service systemd makes every mount `ro`.
   */
  options: string[];
}

/** Spaces, tabs, line ends and backslashes are written as octal escapes. */
const unescape = (path: string): string =>
  path.includes('\\')
    ? path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    : path;

/** Reads `/proc/self/mountinfo`, in its order. Lines that are not understood are left out. */
export function parseMountinfo(mountinfo: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of mountinfo.split('\n')) {
    // 36 35 98:0 /root /mount rw,noatime master:1 … - ext4 /dev/sda1 rw; the fields before `-` vary.
    const [place, source] = line.split(' - ', 2);
    const [, , device, root, mount] = place?.split(' ') ?? [];
    const [type, , options = ''] = source?.split(' ') ?? [];
    if (!device || !root || !mount || !type) continue;
    mounts.push({ device, root: unescape(root), mount: unescape(mount), type, options: options.split(',') });
  }
  return mounts;
}
